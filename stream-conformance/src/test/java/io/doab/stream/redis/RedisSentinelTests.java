package io.doab.stream.redis;

import java.time.Duration;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendConnector;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.LoadedProcessor;
import io.doab.conformance.redis.RedisSentinelFixture;
import io.doab.servers.RedisSentinel;
import io.doab.servers.RedisServer;
import io.doab.stream.spi.BackendStatus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Sentinels do to their clients.
 */
class RedisSentinelTests {

	private static final int PARTITIONS = 3;

	private RedisSentinelFixture fixture;

	@BeforeEach
	void startServers() {
		this.fixture = new RedisSentinelFixture();
	}

	@AfterEach
	void stopServers() {
		this.fixture.close();
	}

	@Test
	void aMasterThatIsKilledUnderLoadIsReplacedAndNothingThatIsLeftIsSkippedOrDoubled() {
		try (LoadedProcessor loaded = new LoadedProcessor(this.fixture, PARTITIONS)) {
			BackendStatus before = loaded.application().backend().status();
			assertThat(before.up()).isTrue();
			assertThat(before.warnings()).isEmpty();
			assertThat(before.details()).containsEntry("replicas", "1");
			RedisServer former = this.fixture.servers().master();
			former.kill();
			this.fixture.servers().awaitOtherThan(former);
			loaded.awaitProgress(200);
			loaded.publish("later", 10);
			BackendCases.eventually().untilAsserted(() -> {
				assertThat(sentinels(loaded)).contains(":" + this.fixture.servers().master().port())
					.contains("3 of 3 Sentinels answer");
				assertThat(loaded.application().backend().status().warnings()).singleElement()
					.asString()
					.contains("No replica follows");
			});
			assertThat(loaded.finish()).as("accepted events that are gone").isLessThan(50);
			assertThat(loaded.keysOfOutputs()).contains("later0", "later9");
		}
	}

	/**
	 * The Sentinels tell a master that they have replaced only after ten seconds. One of
	 * them stands still meanwhile.
	 */
	@Test
	void whatIsAcceptedAfterASwitchStaysThoughTheFormerMasterGoesOnTakingIt() {
		try (LoadedProcessor loaded = new LoadedProcessor(this.fixture, PARTITIONS)) {
			RedisServer former = this.fixture.servers().master();
			RedisSentinel hung = this.fixture.servers().sentinels().getLast();
			this.fixture.servers().switchOver();
			hung.pause();
			try {
				BackendCases.eventually()
					.atMost(Duration.ofSeconds(5))
					.untilAsserted(() -> assertThat(sentinels(loaded)).doesNotContain(":" + former.port()));
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(sentinels(loaded)).contains("2 of 3 Sentinels answer"));
				loaded.publish("later", 100);
			}
			finally {
				hung.resume();
			}
			// As the Sentinels do in a while: it throws away what it was given since.
			assertThat(former.command("REPLICAOF", "127.0.0.1", String.valueOf(this.fixture.servers().master().port())))
				.startsWith("+OK");
			loaded.awaitProgress(100);
			loaded.finish();
			assertThat(loaded.keysOfOutputs())
				.containsAll(IntStream.range(0, 100).mapToObj((i) -> "later" + i).toList());
		}
	}

	@Test
	void whenNoSentinelKnowsTheMasterThatIsSaidWithItsName() {
		String address = this.fixture.address(Network.ONE).replace("sentinel.master=doab", "sentinel.master=other");
		try (Application app = new Application(BackendConnector.of(this.fixture.connector().getName()).connect(address),
				3)) {
			BackendStatus status = app.backend().status();
			assertThat(status.up()).isFalse();
			assertThat(status.details().get("reason")).contains("says which server is the master other")
				.contains("No such master");
		}
	}

	/** What health says of them. */
	private static String sentinels(LoadedProcessor loaded) {
		return loaded.application().backend().status().details().getOrDefault("sentinel", "");
	}

}
