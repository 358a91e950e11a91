package io.doab.destinations.webhook;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/** A server that receives webhooks: 204 at once, unless a path is told otherwise. */
public final class WebhookReceiver implements AutoCloseable {

	private final HttpServer server;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private WebhookReceiver(int port) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	public static WebhookReceiver start() {
		return start(0);
	}

	public static WebhookReceiver start(int port) {
		try {
			return new WebhookReceiver(port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public URI url(String host, String path) {
		return URI.create("http://" + host + ":" + this.server.getAddress().getPort() + path);
	}

	/**
	 * From now on that path answers so; what it refuses is not among what was received.
	 */
	public void answer(String path, HttpHandler answer) {
		this.answers.put(path, answer);
	}

	/** From now on that path takes everything. */
	public void accept(String path) {
		this.answers.remove(path);
	}

	/** What a path took, in the order in which it came. */
	public List<Received> received(String path) {
		return this.received.stream().filter((one) -> one.path().equals(path)).toList();
	}

	/** Blocks until the server is closed. */
	public void hang() {
		try {
			this.closed.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			String path = exchange.getRequestURI().getPath();
			HttpHandler answer = this.answers.get(path);
			if (answer != null) {
				answer.handle(exchange);
			}
			if (exchange.getResponseCode() < 0) {
				this.received.add(new Received(path, exchange.getRequestHeaders(), body));
				answer(exchange, 204);
			}
		}
	}

	/** Answers with a status and perhaps a header. */
	public static void answer(HttpExchange exchange, int status, String... header) throws IOException {
		if (header.length > 0) {
			exchange.getResponseHeaders().set(header[0], header[1]);
		}
		exchange.sendResponseHeaders(status, -1);
	}

	/** Answers 200 and a body without an end. */
	public static void endless(HttpExchange exchange) throws IOException {
		exchange.sendResponseHeaders(200, 0);
		byte[] some = new byte[1_024];
		try (OutputStream out = exchange.getResponseBody()) {
			while (!Thread.currentThread().isInterrupted()) {
				out.write(some);
			}
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
	}

	/** A delivery that was taken. */
	public record Received(String path, Headers headers, String body) {

		public String header(String name) {
			return String.valueOf(this.headers.getFirst(name));
		}

	}

}
