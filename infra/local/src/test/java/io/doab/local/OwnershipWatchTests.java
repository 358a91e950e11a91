package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;

import io.doab.servers.Ports;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances are asked over HTTP, and nothing that one of them does holds up or breaks
 * what is told of the others.
 */
class OwnershipWatchTests {

	private static final Duration LIMIT = Duration.ofSeconds(5);

	private static final String OWNS_ZERO = """
			{"backend":{"name":"redis","up":true,"details":{},"warnings":[]},
			 "streams":[{"name":"payments","partitions":3},{"name":"payments.processed","partitions":5}],
			 "processors":[{"name":"payment-service","state":"RUNNING","reason":null,"partitions":[0],
			                "inFlightEvents":0,"inputs":["payments"],"outputs":["payments.processed"]}]}""";

	private final HttpClient http = HttpClient.newHttpClient();

	private final List<AutoCloseable> opened = new ArrayList<>();

	private final List<ServiceInstance> instances = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.opened) {
			each.close();
		}
	}

	private void add(ServiceName service, int managementPort) {
		this.instances.add(new ServiceInstance(new ServicePlan(service, this.instances.size(), 1, managementPort,
				Path.of("none.jar"), Map.of(), Path.of("none")), this.http));
	}

	private int answering(int status, String body) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
			server.createContext("/actuator/streams", (exchange) -> {
				byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(status, bytes.length);
				exchange.getResponseBody().write(bytes);
				exchange.close();
			});
			server.start();
			this.opened.add(() -> server.stop(0));
			return server.getAddress().getPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Takes connections and says nothing, as a process that is paused does. */
	private int hanging() throws IOException {
		ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.opened.add(socket);
		return socket.getLocalPort();
	}

	@Test
	void whateverAnInstanceDoesTheOthersAreToldInTime() throws Exception {
		add(ServiceName.PAYMENT, answering(200, OWNS_ZERO));
		add(ServiceName.PAYMENT, hanging());
		add(ServiceName.PAYMENT, Ports.free());
		add(ServiceName.PAYMENT, answering(200, "<html>it works</html>"));
		add(ServiceName.PAYMENT, answering(200, "{\"processors\":7}"));
		add(ServiceName.PAYMENT, answering(500, OWNS_ZERO));
		long began = System.nanoTime();
		List<InstanceAnswer> answers = new OwnershipProbe(LIMIT).ask(this.instances).get(60, TimeUnit.SECONDS);
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT.multipliedBy(3));
		assertThat(answers).extracting(InstanceAnswer::kind)
			.containsExactly(InstanceAnswer.Kind.ANSWERED, InstanceAnswer.Kind.SILENT, InstanceAnswer.Kind.ABSENT,
					InstanceAnswer.Kind.SILENT, InstanceAnswer.Kind.SILENT, InstanceAnswer.Kind.SILENT);
		assertThat(answers.getFirst().groups()).isEqualTo(Map.of("payment-service", new GroupShare(3, Set.of(0))));
	}

	@Test
	void oneWhoAsksIsNotHeldUp() throws Exception {
		add(ServiceName.PAYMENT, answering(200, OWNS_ZERO));
		add(ServiceName.PAYMENT, hanging());
		add(ServiceName.INVENTORY, hanging());
		OwnershipWatch watch = new OwnershipWatch(this.instances, LIMIT);
		long began = System.nanoTime();
		watch.check();
		watch.check();
		assertThat(watch.tell()).isEmpty();
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			watch.check();
			assertThat(watch.tell()).containsExactly("payment-service 0 | ? (not known: 1,2)");
		});
	}

	@Test
	void whereEachServiceHasOneInstanceNobodyIsAskedAndNothingIsTold() throws Exception {
		add(ServiceName.PAYMENT, answering(200, OWNS_ZERO));
		add(ServiceName.INVENTORY, answering(200, OWNS_ZERO));
		OwnershipWatch watch = new OwnershipWatch(this.instances);
		watch.check();
		watch.check();
		assertThat(watch.tell()).isEmpty();
	}

}
