package io.doab.destinations.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import jakarta.servlet.http.HttpServletResponse;

import io.doab.stream.rest.RequestProblem;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The read model over HTTP. */
@RestController
@RequestMapping("/dashboard")
final class DashboardController {

	/** How many orders the summary has. */
	static final int ORDERS = 50;

	private static final int MAX_ORDERS = 200;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private static final byte[] RECONNECT = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

	private final DashboardQueries queries;

	private final DashboardFeed feed;

	private final Duration heartbeat;

	DashboardController(DashboardQueries queries, DashboardFeed feed, DashboardProperties properties) {
		this.queries = queries;
		this.feed = feed;
		this.heartbeat = properties.heartbeat();
	}

	@GetMapping("/summary")
	Summary summary() {
		return Database.ask(() -> this.queries.summary(ORDERS));
	}

	@GetMapping("/orders")
	Orders orders(@RequestParam(defaultValue = "50") int limit) {
		if (limit < 1 || limit > MAX_ORDERS) {
			throw RequestProblem.malformed("limit must be 1 to " + MAX_ORDERS);
		}
		return new Orders(Database.ask(() -> this.queries.latestOrders(limit)));
	}

	@GetMapping("/orders/{orderId}")
	OrderWay order(@PathVariable String orderId) {
		return Database.ask(() -> this.queries.way(orderId))
			.orElseThrow(() -> RequestProblem.notFound("Nothing is known of that order"));
	}

	/**
	 * Server-sent events: {@code snapshot}, then {@code update} as long as the client
	 * reads. The request's own (virtual) thread writes; a client that does not read is
	 * dropped when a write has waited for the server's connection timeout.
	 */
	@GetMapping("/events")
	void events(HttpServletResponse response) throws InterruptedException {
		try (DashboardFeed.Listener listener = this.feed.listen()
			.orElseThrow(() -> RequestProblem.tooMany(RETRY_AFTER))) {
			response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
			response.setCharacterEncoding(StandardCharsets.UTF_8);
			response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
			OutputStream out = response.getOutputStream();
			for (byte[] event = RECONNECT; event != null; event = listener.next(this.heartbeat)) {
				out.write(event);
				out.flush();
			}
		}
		catch (IOException ex) {
			// The client has left, or does not read.
		}
	}

	/** The orders about which something became known last, latest first. */
	record Orders(List<OrderLine> orders) {
	}

}
