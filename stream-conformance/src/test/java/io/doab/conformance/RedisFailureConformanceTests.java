package io.doab.conformance;

import io.doab.conformance.redis.RedisFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;

@Order(4)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisFailureConformanceTests implements FailureContract {

	private RedisFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

}
