package io.doab.destinations.crm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * A CRM that answers as it is told to, with a token endpoint beside it.
 */
public final class CrmServer implements AutoCloseable {

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

	private final AtomicInteger tokens = new AtomicInteger();

	private final HttpServer server;

	public final List<Call> calls = new CopyOnWriteArrayList<>();

	/** Calls that are answered only once it is down. */
	public volatile @Nullable CountDownLatch gate;

	/** The token that is taken, or null when any is. */
	volatile @Nullable String accepted;

	volatile int tokenLifetimeSeconds = 3_600;

	volatile int tokenStatus = 200;

	public CrmServer() {
		this(0);
	}

	public CrmServer(int port) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/crm", this::called);
		this.server.createContext("/token", this::token);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	public URI url(String path) {
		return URI.create("http://localhost:" + port() + path);
	}

	/** What the next call is answered, and so on; 201 when nothing is left. */
	void answer(int status, String body, String... headers) {
		this.answers.add(new Answer(status, body, headers));
	}

	int tokensGiven() {
		return this.tokens.get();
	}

	public List<String> keys() {
		return this.calls.stream().map(Call::idempotencyKey).toList();
	}

	private void called(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		this.calls.add(new Call(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(),
				exchange.getRequestHeaders().getFirst("Idempotency-Key"),
				exchange.getRequestHeaders().getFirst("Authorization"), body));
		CountDownLatch wait = this.gate;
		if (wait != null) {
			await(wait);
		}
		String wanted = this.accepted;
		if (wanted != null && !("Bearer " + wanted).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
			reply(exchange, new Answer(401, "", new String[0]));
			return;
		}
		Answer answer = this.answers.poll();
		reply(exchange, (answer != null) ? answer : new Answer(201, "{}", new String[0]));
	}

	private static void await(CountDownLatch latch) throws IOException {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void token(HttpExchange exchange) throws IOException {
		String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		boolean known = "Basic Y2xpZW50OnMlM0FjcmV0".equals(exchange.getRequestHeaders().getFirst("Authorization"))
				&& form.equals("grant_type=client_credentials&scope=crm.write");
		if (this.tokenStatus != 200 || !known) {
			reply(exchange,
					new Answer(known ? this.tokenStatus : 401, "{\"error\":\"invalid_client\"}", new String[0]));
			return;
		}
		String token = "token-" + this.tokens.incrementAndGet();
		reply(exchange, new Answer(200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":"
				+ this.tokenLifetimeSeconds + "}", new String[0]));
	}

	private static void reply(HttpExchange exchange, Answer answer) throws IOException {
		for (int i = 0; i < answer.headers().length; i += 2) {
			exchange.getResponseHeaders().set(answer.headers()[i], answer.headers()[i + 1]);
		}
		byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(answer.status(), (body.length > 0) ? body.length : -1);
		if (body.length > 0) {
			exchange.getResponseBody().write(body);
		}
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/** A call that was made. */
	public record Call(String method, String path, String idempotencyKey, @Nullable String authorization, String body) {
	}

	private record Answer(int status, String body, String[] headers) {
	}

}
