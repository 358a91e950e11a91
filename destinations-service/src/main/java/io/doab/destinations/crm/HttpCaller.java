package io.doab.destinations.crm;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls that end: connecting, sending and the whole answer, its body included, have
 * one limit. Follows no redirect. Safe for use by many threads, which it blocks.
 */
final class HttpCaller {

	private final HttpClient client;

	private final Duration timeout;

	HttpCaller(Duration connectTimeout, Duration timeout) {
		this.client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(connectTimeout)
			.followRedirects(HttpClient.Redirect.NEVER)
			.build();
		this.timeout = timeout;
	}

	/**
	 * Calls.
	 * @param maxBody how much of the body to take, in bytes
	 * @throws IOException when there was no answer; {@link java.net.ConnectException} and
	 * its like when nobody was reached
	 */
	HttpResponse<byte[]> call(HttpRequest request, int maxBody) throws IOException, InterruptedException {
		CompletableFuture<HttpResponse<byte[]>> answer = this.client.sendAsync(request,
				(head) -> new AnswerExcerpt(maxBody));
		try {
			return answer.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new HttpTimeoutException("no answer within " + this.timeout);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IOException cause) {
				throw cause;
			}
			throw new IOException(ex.getCause());
		}
		finally {
			// Ends what still runs; without an effect on what has ended.
			answer.cancel(true);
		}
	}

}
