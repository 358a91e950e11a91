package io.doab.payment.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A payment gateway that speaks the protocol of {@code docs/gateway.md} and keeps its
 * books: an effect per idempotency key, whatever becomes of the answer. What goes wrong
 * is the test's to say, for one request each.
 */
public final class GatewayServer implements AutoCloseable {

	/** The amount for which there is never enough money. */
	public static final String TOO_MUCH = "9999.00";

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpServer server;

	private final Map<String, Booked> books = new LinkedHashMap<>();

	private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();

	private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicInteger mostAtOnce = new AtomicInteger();

	private volatile long pauseMillis;

	private volatile boolean down;

	/** What goes wrong with a request. */
	public sealed interface Fault {

		/** It is answered so, and nothing is booked. */
		record Status(int status, String body) implements Fault {
		}

		/** It is booked, and the connection ends without an answer. */
		record LosesAnswer() implements Fault {
		}

		/** It is booked, and never answered. */
		record NeverAnswers() implements Fault {
		}

	}

	/** A request as it came. */
	public record Request(String path, String key, @Nullable String authorization, JsonNode body) {
	}

	/** What stands in the books under a key. */
	private record Booked(String path, JsonNode body, int status, String answer) {
	}

	private GatewayServer(HttpServer server) {
		this.server = server;
		server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		server.createContext("/v1/", this::handle);
		server.start();
	}

	public static GatewayServer start() {
		try {
			return new GatewayServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public URI url() {
		return URI.create("http://localhost:" + this.server.getAddress().getPort() + "/v1");
	}

	/** The next requests go wrong so, one each. */
	public void next(Fault... faultsOfNext) {
		this.faults.addAll(List.of(faultsOfNext));
	}

	/** Whether every request is answered with 503, and nothing booked. */
	public void down(boolean isDown) {
		this.down = isDown;
	}

	/** Every answer takes so long. */
	public void pause(long millis) {
		this.pauseMillis = millis;
	}

	public List<Request> requests() {
		return List.copyOf(this.requests);
	}

	/** How many requests were under way at the same time, at most. */
	public int mostAtOnce() {
		return this.mostAtOnce.get();
	}

	/** What was taken, or given back, in all. */
	public synchronized BigDecimal booked(String path) {
		return this.books.values()
			.stream()
			.filter((booked) -> booked.path().equals(path) && booked.status() < 300)
			.map((booked) -> new BigDecimal(booked.body().path("amount").path("value").stringValue()))
			.reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	/** How many effects there were. */
	public synchronized int count(String path) {
		return (int) this.books.values()
			.stream()
			.filter((booked) -> booked.path().equals(path) && booked.status() < 300)
			.count();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.mostAtOnce.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			answer(exchange);
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath().substring("/v1".length());
		Request request = new Request(path, exchange.getRequestHeaders().getFirst("Idempotency-Key"),
				exchange.getRequestHeaders().getFirst("Authorization"), JSON.readTree(exchange.getRequestBody()));
		this.requests.add(request);
		Fault fault = this.down ? new Fault.Status(503, "") : this.faults.poll();
		switch (fault) {
			case Fault.Status(int status, String body) -> respond(exchange, status, body);
			case Fault.LosesAnswer lost -> book(request);
			case Fault.NeverAnswers never -> {
				book(request);
				awaitClose(Long.MAX_VALUE);
			}
			case null -> {
				Booked booked = book(request);
				awaitClose(this.pauseMillis);
				respond(exchange, booked.status(), booked.answer());
			}
		}
	}

	private synchronized Booked book(Request request) {
		Booked before = this.books.get(request.key());
		if (before != null) {
			return (before.path().equals(request.path()) && before.body().equals(request.body())) ? before
					: new Booked(request.path(), request.body(), 409, "{}");
		}
		boolean declined = request.body().path("amount").path("value").stringValue().equals(TOO_MUCH);
		Booked booked = declined
				? new Booked(request.path(), request.body(), 402, "{\"reason\":\"insufficient_funds\"}")
				: new Booked(request.path(), request.body(), 201, "{\"id\":\"gw-" + this.books.size() + "\"}");
		this.books.put(request.key(), booked);
		return booked;
	}

	private void awaitClose(long millis) {
		try {
			if (millis > 0) {
				var _ = this.closed.await(millis, TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
	}

}
