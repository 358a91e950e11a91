package io.doab.stream.redis;

import io.doab.stream.contract.BackendFixture;
import io.doab.stream.contract.FailureCases;
import io.doab.stream.contract.FaultCases;
import io.doab.stream.contract.OwnershipCases;
import io.doab.stream.contract.ProcessingCases;
import io.doab.stream.contract.TimerCases;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisBackendTests implements ProcessingCases, TimerCases, OwnershipCases, FaultCases, FailureCases {

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
