package io.doab.e2e;

import java.util.function.Function;

import io.doab.local.Backend;
import io.doab.local.LocalPlatform;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What the platform promises, from REST to the database, on one backend.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class PlatformTests implements OrderCases, IntakeCases, OperationCases, RecordCases {

	private final Backend backend;

	private final Function<LocalPlatform, Streams> streams;

	private TestedPlatform tested;

	@SuppressWarnings("NullAway.Init") // set before all cases
	PlatformTests(Backend backend, Function<LocalPlatform, Streams> streams) {
		this.backend = backend;
		this.streams = streams;
	}

	@BeforeAll
	void start() {
		this.tested = TestedPlatform.start(this.backend, this.streams);
	}

	@AfterAll
	void stop() {
		this.tested.close();
	}

	@Override
	public TestedPlatform tested() {
		return this.tested;
	}

}
