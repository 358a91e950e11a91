package io.doab.guide;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(SharedKafka.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuideOnKafkaTests implements GuideExamples {

	private KafkaFixture fixture;

	private Application app;

	@BeforeAll
	void connect(KafkaFixture shared) {
		this.fixture = shared;
		this.app = new Application(this.fixture);
	}

	@AfterAll
	void close() {
		this.app.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Override
	public Application app() {
		return this.app;
	}

}
