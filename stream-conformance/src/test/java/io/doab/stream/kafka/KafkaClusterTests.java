package io.doab.stream.kafka;

import io.doab.conformance.BackendCases;
import io.doab.conformance.LoadedProcessor;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.stream.spi.BackendStatus;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three brokers, of which some are lost. They take eight seconds to start and a gigabyte
 * of memory.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaClusterTests {

	private static final int PARTITIONS = 6;

	private KafkaFixture fixture;

	@BeforeAll
	void startBrokers() {
		this.fixture = KafkaFixture.replicated();
	}

	@AfterAll
	void stopBrokers() {
		this.fixture.close();
	}

	@Test
	void eachBrokerIsLostInTurnUnderLoadAndNothingThatWasAcceptedIs() {
		try (LoadedProcessor loaded = new LoadedProcessor(this.fixture, PARTITIONS)) {
			assertThat(loaded.application().backend().status().warnings()).isEmpty();
			for (int broker = 0; broker < 3; broker++) {
				this.fixture.killServer();
				loaded.awaitProgress(200);
				BackendCases.eventually().untilAsserted(() -> {
					BackendStatus status = loaded.application().backend().status();
					assertThat(status.up()).isTrue();
					assertThat(status.details()).containsEntry("nodes", "2");
					assertThat(status.warnings()).singleElement()
						.asString()
						.contains("Fewer replicas are in step")
						.contains("in-");
				});
				this.fixture.startServer();
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(loaded.application().backend().status().warnings()).isEmpty());
			}
			assertThat(loaded.finish()).as("accepted events that are gone").isZero();
		}
	}

}
