package io.doab.stream.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.Item;
import io.doab.conformance.OwnershipCases.Member;
import io.doab.conformance.ProcessingCases;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.Ordering;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.spi.GroupSpec;
import io.lettuce.core.AclSetuserArgs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How members of a group on Redis come to own what they own.
 */
class RedisGroupTests implements BackendCases {

	private static final int PARTITIONS = 12;

	private static final GroupSpec GROUP = new GroupSpec("share", List.of("in"), PARTITIONS, Set.of(), false,
			StartAt.EARLIEST, 100);

	/** Of three partitions, the one that a second member gets. */
	private static final int MOVES = 2;

	/** Heartbeats are 20 s apart: what takes less was not found by them. */
	private static final Duration LONG_LEASE = Duration.ofMinutes(1);

	private RedisFixture fixture;

	@BeforeEach
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterEach
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Test
	void membersComeAndGoByTheChannelWithoutWaitingForAHeartbeat() {
		try (Application one = application(LONG_LEASE); Application other = application(LONG_LEASE)) {
			try (Member stays = new Member(one, GROUP)) {
				stays.pollUntilOwning(PARTITIONS);
				try (Member joins = new Member(other, GROUP)) {
					awaitShares(stays, joins, PARTITIONS / 2, PARTITIONS / 2);
				}
				awaitShares(stays, stays, PARTITIONS, PARTITIONS);
			}
		}
	}

	@Test
	void withoutTheChannelTheHeartbeatFindsWhoComesAndGoes() {
		this.fixture.commands().aclSetuser("default", AclSetuserArgs.Builder.resetChannels());
		Duration lease = Duration.ofSeconds(1);
		try (Application one = application(lease); Application other = application(lease)) {
			try (Member stays = new Member(one, GROUP)) {
				stays.pollUntilOwning(PARTITIONS);
				try (Member joins = new Member(other, GROUP)) {
					awaitShares(stays, joins, PARTITIONS / 2, PARTITIONS / 2);
				}
				awaitShares(stays, stays, PARTITIONS, PARTITIONS);
			}
		}
	}

	@Test
	void aPartitionThatStaysGoesOnWhileAnotherIsGivenUp() {
		CountDownLatch slow = new CountDownLatch(1);
		ProcessorDefinition definition = ProcessorDefinition.named("share").on("in", Item.class, (event, context) -> {
			if (event.data().key().startsWith("slow")) {
				slow.await();
			}
			context.emit("out", "copied", event.data());
		}).output("out").ordering(Ordering.PARTITION).build();
		try (Application one = new Application(this.fixture); Application other = new Application(this.fixture)) {
			one.start(definition);
			BackendCases.eventually().until(() -> one.status("share").partitions().size() == 3);
			String slowKey = IntStream.iterate(0, (i) -> i + 1)
				.mapToObj((i) -> "slow" + i)
				.filter((key) -> Partitioner.partition(key, 3) == MOVES)
				.findFirst()
				.orElseThrow();
			one.publish("in", List.of(Item.event(slowKey, 0)));
			BackendCases.eventually().until(() -> one.status("share").inFlightEvents() == 1);
			other.start(definition);
			BackendCases.eventually().until(() -> assignment().shares().size() == 2);
			one.publish("in", Item.events(300, 30));
			// Sooner than the handler is given up waiting for.
			BackendCases.eventually()
				.atMost(Duration.ofSeconds(9))
				.untilAsserted(() -> assertThat(this.fixture.read("out", 0).size() + this.fixture.read("out", 1).size())
					.isEqualTo(ofPartitions(0, 1)));
			assertThat(this.fixture.read("out", MOVES)).isEmpty();
			slow.countDown();
			BackendCases.eventually().untilAsserted(() -> assertThat(read("out")).hasSize(301));
		}
	}

	private Assignment assignment() {
		return Assignment.decode(RedisLink.text(this.fixture.commands().get(RedisKeys.assignment("share"))));
	}

	private long ofPartitions(int... partitions) {
		return Arrays.stream(partitions).mapToLong((partition) -> this.fixture.read("in", partition).size()).sum();
	}

	@Test
	void aMemberWhoseServerWasRestartedTakesItsOwnLeasesAgainAtOnce() {
		try (Application app = new Application(
				this.fixture.newBackend(RedisSettings.defaults().withLeaseTime(LONG_LEASE)), 3)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			app.publish("in", Item.events(30, 10));
			BackendCases.eventually().untilAsserted(() -> assertThat(read("out")).hasSize(30));
			this.fixture.restartServer();
			BackendCases.eventually().until(() -> app.backend().status().up());
			app.publish("in", List.of(Item.event("after", 0)));
			BackendCases.eventually().untilAsserted(() -> assertThat(read("out")).hasSize(31));
		}
	}

	private Application application(Duration leaseTime) {
		return new Application(this.fixture.newBackend(RedisSettings.defaults().withLeaseTime(leaseTime)), PARTITIONS);
	}

	private static void awaitShares(Member one, Member other, int ofOne, int ofOther) {
		BackendCases.eventually().atMost(Duration.ofSeconds(10)).until(() -> {
			one.poll();
			other.poll();
			return one.owned.size() == ofOne && other.owned.size() == ofOther;
		});
	}

}
