package io.doab.conformance;

import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaLogConformanceTests implements LogContract {

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	/** Each attempt waits for the brokers for as long as it may. */
	@Override
	@Tag("soak")
	@Test
	@SuppressWarnings("JUnitMethodInvoked") // it is that test, at another time
	public void aRaiseThatIsInterruptedIsCompletedByTheNextOne() {
		LogContract.super.aRaiseThatIsInterruptedIsCompletedByTheNextOne();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

}
