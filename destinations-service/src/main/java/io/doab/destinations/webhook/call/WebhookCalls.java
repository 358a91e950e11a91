package io.doab.destinations.webhook.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

import org.jspecify.annotations.Nullable;

/**
 * Calls webhooks as Standard Webhooks 1.0 has it: a signed POST, no redirect followed, no
 * cookie, nothing of the answer kept but its status. A call ends within its time limit
 * whatever the receiver does. Safe for use by many threads; blocks.
 */
public final class WebhookCalls implements AutoCloseable {

	private static final int MAX_HEADERS = 100;

	private static final int MAX_HEADER_LENGTH = 8_192;

	private static final TimeValue IDLE = TimeValue.ofSeconds(30);

	/** A connection that lives longer would stay at an address that a name has left. */
	private static final TimeValue LONGEST_LIFE = TimeValue.ofMinutes(5);

	private final EndpointRules rules;

	private final CallLimits limits;

	private final Clock clock;

	private final CloseableHttpClient client;

	private final ScheduledExecutorService deadlines = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("webhook-deadlines").factory());

	/**
	 * Calls that trust the certificates that this Java trusts.
	 */
	public WebhookCalls(EndpointRules rules, GuardedLookup lookup, CallLimits limits, Clock clock) {
		this(rules, lookup, limits, clock, SSLContexts.createSystemDefault());
	}

	WebhookCalls(EndpointRules rules, GuardedLookup lookup, CallLimits limits, Clock clock, SSLContext trust) {
		this.rules = rules;
		this.limits = limits;
		this.clock = clock;
		this.client = client(lookup, limits, trust);
	}

	private static CloseableHttpClient client(GuardedLookup lookup, CallLimits limits, SSLContext trust) {
		Timeout timeout = Timeout.of(limits.timeout());
		return HttpClients.custom()
			.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
				.setDnsResolver(lookup)
				.setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
				.setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
					.http1Config(Http1Config.custom()
						.setMaxHeaderCount(MAX_HEADERS)
						.setMaxLineLength(MAX_HEADER_LENGTH)
						.build())
					.build())
				.setDefaultConnectionConfig(ConnectionConfig.custom()
					.setConnectTimeout(Timeout.of(limits.connectTimeout()))
					.setSocketTimeout(timeout)
					.setTimeToLive(LONGEST_LIFE)
					.setValidateAfterInactivity(TimeValue.ofSeconds(1))
					.build())
				.setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(timeout).build())
				.setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
				.setMaxConnTotal(limits.maxConnections())
				.setMaxConnPerRoute(limits.maxConnections())
				.build())
			.setDefaultRequestConfig(RequestConfig.custom()
				.setConnectionRequestTimeout(timeout)
				.setResponseTimeout(timeout)
				.setProtocolUpgradeEnabled(false)
				.build())
			.setUserAgent("Doab-Webhooks/1")
			.disableRedirectHandling()
			.disableAutomaticRetries()
			.disableCookieManagement()
			.disableAuthCaching()
			.disableContentCompression()
			.evictIdleConnections(IDLE)
			.evictExpiredConnections()
			.build();
	}

	/** Makes one attempt. Throws nothing that comes from the receiver or the network. */
	public CallOutcome call(WebhookCall call) {
		long start = System.nanoTime();
		URI url;
		try {
			url = this.rules.requireForm(call.url().toString());
		}
		catch (RefusedEndpointException ex) {
			return new CallOutcome.Failed(since(start), null, "the URL " + ex.getMessage(), null);
		}
		HttpPost request = request(url, call);
		Future<?> deadline = this.deadlines.schedule(request::cancel, this.limits.timeout().toNanos(),
				TimeUnit.NANOSECONDS);
		CallOutcome outcome = null;
		HttpHost receiver = new HttpHost(url.getScheme(), EndpointRules.host(url), EndpointRules.port(url));
		try (ClassicHttpResponse answer = this.client.executeOpen(receiver, request, null)) {
			outcome = outcome(answer, start);
			if (!isReadToTheEnd(answer)) {
				// Before it is closed, for that would read on.
				request.cancel();
			}
			return outcome;
		}
		catch (IOException | RuntimeException ex) {
			return (outcome != null) ? outcome
					: new CallOutcome.Failed(since(start), null, reason(ex, request.isCancelled()), null);
		}
		finally {
			deadline.cancel(false);
		}
	}

	private HttpPost request(URI url, WebhookCall call) {
		Instant now = this.clock.instant();
		HttpPost request = new HttpPost(url);
		request.setHeader("webhook-id", call.id());
		request.setHeader("webhook-timestamp", String.valueOf(now.getEpochSecond()));
		request.setHeader("webhook-signature",
				call.secrets()
					.stream()
					.map((secret) -> secret.sign(call.id(), now, call.body()))
					.collect(Collectors.joining(" ")));
		request.setEntity(new ByteArrayEntity(call.body(), ContentType.APPLICATION_JSON.withCharset((String) null)));
		return request;
	}

	private CallOutcome outcome(ClassicHttpResponse answer, long start) {
		int status = answer.getCode();
		if (status >= HttpStatus.SC_OK && status < HttpStatus.SC_REDIRECTION) {
			return new CallOutcome.Accepted(since(start), status);
		}
		if (status == HttpStatus.SC_GONE) {
			return new CallOutcome.Gone(since(start), status);
		}
		@Nullable String after = (answer.getFirstHeader(HttpHeaders.RETRY_AFTER) != null)
				? answer.getFirstHeader(HttpHeaders.RETRY_AFTER).getValue() : null;
		return new CallOutcome.Failed(since(start), status, "HTTP " + status,
				(after != null) ? RetryAfter.parse(after, this.clock.instant()) : null);
	}

	/** So that the connection can be used again; a body beyond the limit is not read. */
	private boolean isReadToTheEnd(ClassicHttpResponse answer) throws IOException {
		@Nullable HttpEntity entity = answer.getEntity();
		if (entity == null) {
			return true;
		}
		InputStream content = entity.getContent();
		byte[] buffer = new byte[4_096];
		int left = this.limits.maxAnswerBytes();
		while (left >= 0) {
			int read = content.read(buffer);
			if (read < 0) {
				return true;
			}
			left -= read;
		}
		return false;
	}

	private String reason(Exception failure, boolean late) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			switch (cause) {
				case RefusedAddressException _ -> {
					return "the host " + cause.getMessage();
				}
				case UnknownHostException _ -> {
					return "the host has no address";
				}
				case ConnectException _ when !late -> {
					return "no connection";
				}
				case SSLException _ when !late -> {
					return "no TLS connection";
				}
				case InterruptedIOException _ -> {
					return "no answer within " + this.limits.timeout().toMillis() + " ms";
				}
				default -> {
				}
			}
		}
		return late ? "no answer within " + this.limits.timeout().toMillis() + " ms"
				: "the connection failed (" + failure.getClass().getSimpleName() + ")";
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

	@Override
	public void close() {
		this.deadlines.shutdownNow();
		this.client.close(CloseMode.IMMEDIATE);
	}

}
