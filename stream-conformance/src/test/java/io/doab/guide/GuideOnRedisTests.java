package io.doab.guide;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.redis.RedisFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuideOnRedisTests implements GuideExamples {

	private RedisFixture fixture;

	private Application app;

	@BeforeAll
	void connect() {
		this.fixture = new RedisFixture();
		this.app = new Application(this.fixture);
	}

	@AfterAll
	void close() {
		this.app.close();
		this.fixture.close();
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
