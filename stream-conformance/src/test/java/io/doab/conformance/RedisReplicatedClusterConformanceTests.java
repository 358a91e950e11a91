package io.doab.conformance;

import io.doab.conformance.redis.RedisClusterFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * What is killed or stands still is replaced by its replica.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisReplicatedClusterConformanceTests implements BackendContract {

	private RedisClusterFixture fixture;

	@BeforeAll
	void startServers() {
		this.fixture = RedisClusterFixture.replicated();
	}

	@AfterAll
	void stopServers() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

}
