package io.doab.benchmarks.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LoadGeneratorTests {

	private final Set<String> bodies = ConcurrentHashMap.newKeySet();

	private final Set<Integer> clients = ConcurrentHashMap.newKeySet();

	private final HttpServer server = server();

	@BeforeEach
	void start() {
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/payments", this::answer);
		this.server.createContext("/closing", (exchange) -> {
			exchange.getResponseHeaders().set("Connection", "close");
			answer(exchange);
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private static HttpServer server() {
		try {
			return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** With a length or in chunks, as servers do either. */
	private void answer(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		this.bodies.add(body);
		this.clients.add(exchange.getRemoteAddress().getPort());
		int number = Integer.parseInt(body);
		exchange.sendResponseHeaders((number % 10 == 0) ? 503 : 202, (number % 2 == 0) ? 0 : 2);
		exchange.getResponseBody().write(new byte[] { '{', '}' });
		exchange.close();
	}

	@Test
	void eachRequestIsSentOnceAndThoseAcceptedAreCounted() throws Exception {
		List<byte[]> requests = IntStream.range(0, 100)
			.mapToObj((number) -> HttpConnection.post("/payments", "token", String.valueOf(number)))
			.toList();
		int accepted = new LoadGenerator(this.server.getAddress().getPort(), 4).send(requests);
		assertThat(accepted).isEqualTo(90);
		assertThat(this.bodies).hasSize(100);
		assertThat(this.clients).as("connections that stay open").hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void aConnectionThatTheServerEndsIsReplaced() throws Exception {
		List<byte[]> requests = IntStream.range(0, 20)
			.mapToObj((number) -> HttpConnection.post("/closing", "token", String.valueOf(number)))
			.toList();
		int accepted = new LoadGenerator(this.server.getAddress().getPort(), 4).send(requests);
		assertThat(accepted).isEqualTo(18);
		assertThat(this.bodies).hasSize(20);
		assertThat(this.clients).hasSize(20);
	}

}
