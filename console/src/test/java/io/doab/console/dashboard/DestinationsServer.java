package io.doab.console.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An HTTP server in the place of destinations-service: it answers as a test says, and
 * sends events when a test does.
 */
final class DestinationsServer implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	private final CompletableFuture<Void> listenerLeft = new CompletableFuture<>();

	private volatile int status = 200;

	private volatile String body = "{}";

	DestinationsServer(int port) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/dashboard/", this::answer);
		this.server.createContext("/dashboard/events", this::sendEvents);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/** What was asked, with the token. */
	List<String> requests() {
		return this.requests;
	}

	void answerWith(int nextStatus, String nextBody) {
		this.status = nextStatus;
		this.body = nextBody;
	}

	void send(String event) {
		this.events.add("data: " + event + "\n\n");
	}

	/** Completes when one who listened has closed the connection. */
	CompletableFuture<Void> listenerLeft() {
		return this.listenerLeft;
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.requests.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
			byte[] bytes = this.body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			if (this.status == 429) {
				exchange.getResponseHeaders().set("Retry-After", "7");
			}
			exchange.sendResponseHeaders(this.status, bytes.length);
			exchange.getResponseBody().write(bytes);
		}
	}

	private void sendEvents(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			OutputStream out = exchange.getResponseBody();
			while (true) {
				String event = this.events.poll(20, TimeUnit.SECONDS);
				if (event == null) {
					return;
				}
				out.write(event.getBytes(StandardCharsets.UTF_8));
				out.flush();
			}
		}
		catch (IOException ex) {
			this.listenerLeft.complete(null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
