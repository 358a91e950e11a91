package io.doab.stream.redis;

import io.doab.conformance.BackendCases;
import io.doab.conformance.LoadedProcessor;
import io.doab.conformance.redis.RedisClusterFixture;
import io.doab.stream.spi.BackendStatus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster that loses servers which have replicas. Six servers take some seconds to find
 * together.
 */
@Tag("soak")
class RedisClusterFailoverTests {

	/** So many that each server has some. */
	private static final int PARTITIONS = 12;

	private RedisClusterFixture fixture;

	@BeforeEach
	void startServers() {
		this.fixture = RedisClusterFixture.replicated();
	}

	@AfterEach
	void stopServers() {
		this.fixture.close();
	}

	@Test
	void aServerThatIsLostUnderLoadIsReplacedAndNothingThatIsLeftIsSkippedOrDoubled() {
		try (LoadedProcessor loaded = new LoadedProcessor(this.fixture, PARTITIONS)) {
			BackendStatus before = loaded.application().backend().status();
			assertThat(before.up()).isTrue();
			assertThat(before.warnings()).isEmpty();
			assertThat(before.details()).containsEntry("replicas", "3")
				.containsEntry("cluster", "3 masters with 16384 of 16384 slots");
			this.fixture.loseServer();
			loaded.awaitProgress(200);
			loaded.publish("later", 50);
			BackendCases.eventually().untilAsserted(() -> {
				BackendStatus after = loaded.application().backend().status();
				assertThat(after.up()).as("%s", after.details()).isTrue();
				assertThat(after.warnings()).singleElement().asString().contains("No replica follows");
			});
			assertThat(loaded.finish()).as("accepted events that are gone").isLessThan(50);
			assertThat(loaded.keysOfOutputs()).contains("later0", "later49");
		}
	}

}
