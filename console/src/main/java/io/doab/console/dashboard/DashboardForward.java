package io.doab.console.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/**
 * What the page may read of destinations-service, and nothing beside it. Bytes go through
 * as they come, on the request's own (virtual) thread: when the page leaves, what it read
 * is closed as well.
 */
@RestController
@RequestMapping("/api/dashboard")
final class DashboardForward {

	private final Upstream upstream;

	DashboardForward(Upstream upstream) {
		this.upstream = upstream;
	}

	@GetMapping("/summary")
	void summary(HttpServletResponse response) throws IOException, InterruptedException {
		forward("/dashboard/summary", response);
	}

	@GetMapping("/orders")
	void orders(@RequestParam(defaultValue = "50") int limit, HttpServletResponse response)
			throws IOException, InterruptedException {
		forward("/dashboard/orders?limit=" + limit, response);
	}

	@GetMapping("/orders/{orderId}")
	void order(@PathVariable String orderId, HttpServletResponse response) throws IOException, InterruptedException {
		forward("/dashboard/orders/" + UriUtils.encodePathSegment(orderId, StandardCharsets.UTF_8), response);
	}

	@GetMapping("/events")
	void events(HttpServletResponse response) throws IOException, InterruptedException {
		forward("/dashboard/events", response);
	}

	private void forward(String path, HttpServletResponse response) throws IOException, InterruptedException {
		HttpResponse<InputStream> answer = this.upstream.get(path);
		try (InputStream in = this.upstream.watched(answer.body())) {
			response.setStatus(answer.statusCode());
			answer.headers().firstValue(HttpHeaders.CONTENT_TYPE).ifPresent(response::setContentType);
			answer.headers()
				.firstValue(HttpHeaders.RETRY_AFTER)
				.ifPresent((value) -> response.setHeader(HttpHeaders.RETRY_AFTER, value));
			response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
			copy(in, response.getOutputStream());
		}
		catch (IOException ex) {
			// One of the two has left. The page sees an end and calls again.
		}
	}

	private static void copy(InputStream in, OutputStream out) throws IOException {
		byte[] buffer = new byte[16 * 1024];
		for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
			out.write(buffer, 0, read);
			out.flush();
		}
	}

	/** Nobody answers. The page is told, and calls again. */
	@ExceptionHandler
	ResponseEntity<ProblemDetail> away(UpstreamAwayException away) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, "2")
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"destinations-service does not answer"));
	}

}
