package io.doab.destinations.crm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;

import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

/**
 * Calls the CRM, and says by an exception's type what an answer means for the event.
 */
final class CrmClient {

	/** What of the body of a refusal is kept, in bytes. */
	private static final int MAX_ANSWER = 300;

	private final HttpCaller http;

	private final AccessTokens tokens;

	private final Clock clock;

	private final Duration maxRetryAfter;

	CrmClient(HttpCaller http, AccessTokens tokens, Clock clock, Duration maxRetryAfter) {
		this.http = http;
		this.tokens = tokens;
		this.clock = clock;
		this.maxRetryAfter = maxRetryAfter;
	}

	/**
	 * Makes a call. Blocks.
	 * @param idempotencyKey by which the CRM knows a call that comes again
	 * @throws CrmAwayException when it takes no calls at present
	 * @throws CrmFailedException when it failed at this one
	 * @throws InvalidEventException when it refuses this one for good; the message has
	 * its answer
	 */
	void call(String method, URI uri, String idempotencyKey, byte @Nullable [] body)
			throws CrmAwayException, CrmFailedException, InterruptedException {
		String token = this.tokens.current();
		HttpResponse<byte[]> answer = send(request(method, uri, idempotencyKey, body, token));
		if (answer.statusCode() == 401 && token != null && this.tokens.refused(token)) {
			answer = send(request(method, uri, idempotencyKey, body, this.tokens.current()));
		}
		judge(answer);
	}

	private static HttpRequest request(String method, URI uri, String idempotencyKey, byte @Nullable [] body,
			@Nullable String token) {
		try {
			HttpRequest.Builder request = HttpRequest.newBuilder(uri)
				.header("Idempotency-Key", idempotencyKey)
				.header("Accept", "application/json");
			if (token != null) {
				request.header("Authorization", "Bearer " + token);
			}
			if (body == null) {
				return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
			}
			return request.header("Content-Type", "application/json")
				.method(method, HttpRequest.BodyPublishers.ofByteArray(body))
				.build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEventException("The event's id cannot be sent as Idempotency-Key");
		}
	}

	private HttpResponse<byte[]> send(HttpRequest request)
			throws CrmAwayException, CrmFailedException, InterruptedException {
		try {
			return this.http.call(request, MAX_ANSWER);
		}
		catch (ConnectException | HttpConnectTimeoutException ex) {
			throw new CrmAwayException("The CRM at " + request.uri().getAuthority() + " cannot be reached", ex);
		}
		catch (IOException ex) {
			if (ex.getCause() instanceof UnresolvedAddressException) {
				throw new CrmAwayException("The CRM's name " + request.uri().getHost() + " is not known", ex);
			}
			throw new CrmFailedException(
					"The CRM at " + request.uri().getAuthority() + " did not answer: " + ex.getMessage(), ex);
		}
	}

	private void judge(HttpResponse<byte[]> answer) throws CrmAwayException, CrmFailedException {
		int status = answer.statusCode();
		switch (status) {
			case 401 -> throw new CrmAwayException(
					"The CRM does not take our token (401): check destinations.crm.token or .oauth2", null);
			case 429, 502, 503,
					504 ->
				throw new CrmAwayException("The CRM takes no calls at present (" + status + ")",
						RetryAfterHeader.read(answer.headers().firstValue("Retry-After").orElse(null),
								this.clock.instant(), this.maxRetryAfter),
						null);
			case 408, 425 -> throw new CrmFailedException("The CRM wants the call again (" + status + ")", null);
			default -> {
				if (status >= 500) {
					throw new CrmFailedException("The CRM failed (" + status + ")" + body(answer), null);
				}
				if (status >= 300) {
					throw new InvalidEventException("The CRM refuses the event (" + status + ")" + body(answer));
				}
			}
		}
	}

	private static String body(HttpResponse<byte[]> answer) {
		String text = AnswerExcerpt.text(answer.body());
		return text.isEmpty() ? "" : ": " + text;
	}

}
