package io.doab.console.dashboard;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.doab.console.ConsoleProperties;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * The instances of destinations-service: any of them will do, since all read the same
 * tables. Safe for use by several threads.
 */
@Component
final class Upstream implements AutoCloseable {

	private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(CONNECT_LIMIT)
		.build();

	private final ScheduledExecutorService watch = Executors
		.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("silence").factory());

	private final String authorization;

	private final List<URI> addresses;

	private final Duration silence;

	/** The one that answered last. */
	private volatile int preferred;

	Upstream(ConsoleProperties properties) {
		this.authorization = "Bearer " + properties.token();
		this.addresses = List.copyOf(properties.destinations());
		this.silence = properties.silence();
	}

	/**
	 * Asks for a path, one instance after the other until one answers. Returns when the
	 * answer begins; whoever calls closes its body.
	 * @throws UpstreamAwayException when none answers
	 */
	HttpResponse<InputStream> get(String path) throws InterruptedException {
		IOException last = new IOException("There is no address");
		int first = this.preferred;
		for (int i = 0; i < this.addresses.size(); i++) {
			int candidate = (first + i) % this.addresses.size();
			try {
				HttpResponse<InputStream> answer = this.http.send(request(this.addresses.get(candidate), path),
						HttpResponse.BodyHandlers.ofInputStream());
				this.preferred = candidate;
				return answer;
			}
			catch (IOException ex) {
				last = ex;
			}
		}
		throw new UpstreamAwayException(last);
	}

	private HttpRequest request(URI address, String path) {
		return HttpRequest.newBuilder(URI.create(address.toString().replaceFirst("/+$", "") + path))
			.header(HttpHeaders.AUTHORIZATION, this.authorization)
			.timeout(ANSWER_LIMIT)
			.build();
	}

	/**
	 * The same body, which ends when nothing comes for too long: one who is silent may be
	 * gone without having said so.
	 */
	InputStream watched(InputStream body) {
		return new Watched(body);
	}

	@Override
	public void close() {
		this.watch.shutdownNow();
		this.http.shutdownNow();
	}

	/** Closing it from another thread ends a read that waits. */
	private final class Watched extends FilterInputStream {

		private final ScheduledFuture<?> check;

		private volatile long lastNanos = System.nanoTime();

		private Watched(InputStream in) {
			super(in);
			long period = Math.max(1, Upstream.this.silence.toMillis() / 4);
			this.check = Upstream.this.watch.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
		}

		private void check() {
			if (System.nanoTime() - this.lastNanos > Upstream.this.silence.toNanos()) {
				try {
					close();
				}
				catch (IOException ex) {
					// It is closed all the same.
				}
			}
		}

		@Override
		public int read(byte[] buffer, int offset, int length) throws IOException {
			int read = super.read(buffer, offset, length);
			this.lastNanos = System.nanoTime();
			return read;
		}

		@Override
		public void close() throws IOException {
			this.check.cancel(false);
			super.close();
		}

	}

}
