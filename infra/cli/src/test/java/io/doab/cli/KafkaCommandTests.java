package io.doab.cli;

import java.util.List;

import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** A server of its own for one case: with {@code -Psoak}. */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaCommandTests implements CommandCases {

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Override
	public List<String> server() {
		return List.of("--kafka", this.fixture.address(Network.ONE));
	}

}
