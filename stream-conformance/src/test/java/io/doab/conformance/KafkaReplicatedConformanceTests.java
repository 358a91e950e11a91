package io.doab.conformance;

import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * Three brokers with three replicas of everything, of which two have to be there.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaReplicatedConformanceTests implements BackendContract {

	private KafkaFixture fixture;

	@BeforeAll
	void startBrokers() {
		this.fixture = KafkaFixture.replicated();
	}

	@AfterAll
	void stopBrokers() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

}
