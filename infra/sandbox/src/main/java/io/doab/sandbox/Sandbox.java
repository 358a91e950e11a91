package io.doab.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the peers over HTTP, and beside them {@code /}, their behaviours and
 * {@code /actuator/health}, where the services of the platform have theirs.
 */
public final class Sandbox implements AutoCloseable {

	static {
		// Without it an answer on a kept connection takes 40 ms.
		System.setProperty("sun.net.httpserver.nodelay", "true");
	}

	private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final MailBox mailBox;

	private final List<Peer> peers;

	private final Overview overview;

	/**
	 * Starts it.
	 * @throws UncheckedIOException when a port is taken
	 */
	Sandbox(SandboxSettings settings) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The sandbox cannot listen at port " + settings.port(), ex);
		}
		this.mailBox = new MailBox(settings);
		this.peers = List.of(new Crm(settings.crmToken()), this.mailBox, new Webhooks(settings.webhookSecret()),
				new Gateway(settings.gatewayToken()));
		this.overview = new Overview(this.peers, this.mailBox.port());
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	public static void main(String[] args) throws InterruptedException {
		try {
			Sandbox sandbox = new Sandbox(SandboxSettings.of(System.getenv()));
			Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(sandbox::close));
			LOG.info("The sandbox serves at port {}, SMTP at port {}", sandbox.port(), sandbox.smtpPort());
			new CountDownLatch(1).await();
		}
		catch (IllegalArgumentException | IllegalStateException | UncheckedIOException ex) {
			System.err.println(ex.getMessage());
			System.exit(2);
		}
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	int smtpPort() {
		return this.mailBox.port();
	}

	private void handle(HttpExchange exchange) {
		try (exchange) {
			Answer answer = answer(exchange);
			if (answer.status() != 0) {
				answer.headers().forEach(exchange.getResponseHeaders()::set);
				exchange.sendResponseHeaders(answer.status(), (answer.body().length > 0) ? answer.body().length : -1);
				exchange.getResponseBody().write(answer.body());
			}
		}
		catch (IOException ex) {
			LOG.debug("A caller hung up", ex);
		}
		catch (RuntimeException ex) {
			LOG.error("A call failed", ex);
		}
	}

	private Answer answer(HttpExchange exchange) throws IOException {
		try {
			return route(Request.read(exchange));
		}
		catch (BadRequest ex) {
			return Answer.problem(400, String.valueOf(ex.getMessage()));
		}
	}

	private Answer route(Request request) {
		if (request.is("GET", "/")) {
			return this.overview.answer(request);
		}
		if (request.is("GET", "/actuator/health")) {
			return Answer.json(200, Map.of("status", "UP"));
		}
		for (Peer peer : this.peers) {
			if (request.path().equals(peer.path() + "/behaviour")) {
				return behaviour(peer, request);
			}
			if (request.path().equals(peer.path()) || request.path().startsWith(peer.path() + "/")) {
				return peer.answer(request);
			}
		}
		return Answer.problem(404, "There is /, " + String.join(", ", this.peers.stream().map(Peer::path).toList()));
	}

	private static Answer behaviour(Peer peer, Request request) {
		switch (request.method()) {
			case "GET" -> {
				// Answered below, as the others are.
			}
			case "PUT" -> peer.behave(Behaviour.read(request.json()));
			case "DELETE" -> peer.behave(Behaviour.GOOD);
			default -> {
				return Answer.problem(405, "There is GET, PUT and DELETE").with("Allow", "GET, PUT, DELETE");
			}
		}
		return Answer.json(200, peer.faults().behaviour().toJson());
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
		this.mailBox.close();
	}

}
