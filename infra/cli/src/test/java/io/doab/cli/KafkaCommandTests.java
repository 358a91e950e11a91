package io.doab.cli;

import java.nio.file.Path;
import java.util.Map;

import io.doab.servers.KafkaServer;
import io.doab.servers.Ports;
import io.doab.stream.spi.StreamBackend;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaCommandTests implements CommandCases, AdminCommandCases {

	private KafkaServer server;

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = KafkaServer.start(Ports.free(), folder);
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	@Override
	public Shell shell() {
		return new Shell(
				Map.of("DOAB_BACKEND", "kafka", "SPRING_KAFKA_BOOTSTRAP_SERVERS", this.server.bootstrapServers()));
	}

	@Override
	public StreamBackend connect() {
		return Backends.kafka(this.server.bootstrapServers(), Map.of());
	}

}
