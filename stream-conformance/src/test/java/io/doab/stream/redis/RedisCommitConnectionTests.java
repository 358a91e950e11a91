package io.doab.stream.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.redis.RedisFixture;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.tracing.MicrometerTracing;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static io.doab.stream.redis.CommittingMember.PARTITION;
import static io.doab.stream.redis.CommittingMember.settings;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a lease has a connection for its commits, and what becomes of it.
 */
class RedisCommitConnectionTests {

	private RedisFixture fixture;

	@BeforeEach
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterEach
	void stopServer() {
		this.fixture.close();
	}

	private CommittingMember member(RedisSettings settings) {
		return new CommittingMember(this.fixture, settings);
	}

	@Test
	void aConnectionForCommitsThatEndsIsReplacedAndEndsNoOther() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			Set<String> others = member.connections();
			String connection = this.fixture.commands()
				.clientList()
				.lines()
				.filter((line) -> line.contains("cmd=hmget"))
				.map(CommittingMember::id)
				.findFirst()
				.orElseThrow();
			others.remove(connection);
			assertThat(this.fixture.commands().clientKill(KillArgs.Builder.id(Long.parseLong(connection)))).isOne();
			member.poll();
			member.poll();
			member.commitUntilTransactions();
			assertThat(member.connections()).containsAll(others).hasSize(others.size() + 1);
			member.assertApplied();
		}
	}

	@Test
	void aLeaseThatRestsGivesItsConnectionToAnother() {
		Duration lease = Duration.ofSeconds(6);
		try (CommittingMember member = member(RedisSettings.defaults().withLeaseTime(lease).withCommitConnections(1))) {
			int before = member.connections().size();
			member.commitUntilTransactions();
			for (int i = 0; i < 20; i++) {
				member.commit(1);
				assertThat(member.isTransaction(member::commitElsewhere)).as("no connection is left").isFalse();
			}
			assertThat(member.connections()).hasSize(before + 1);
			BackendCases.eventually().until(() -> member.isTransaction(member::commitElsewhere));
			BackendCases.eventually().until(() -> member.connections().size() == before + 1);
		}
	}

	@Test
	void trimmingEndsNoTransactions() {
		try (CommittingMember member = member(settings().withTrimInterval(Duration.ofMillis(50)))) {
			BackendCases.eventually().until(() -> this.fixture.commands().hlen(RedisKeys.lost(PARTITION)) > 0);
			BackendCases.eventually().until(() -> {
				long before = member.executed();
				member.commit(20);
				return member.executed() - before == 20;
			});
			member.assertApplied();
		}
	}

	@Test
	void whoMayNotBeginATransactionCommitsByScript() {
		this.fixture.commands().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.MULTI));
		try (CommittingMember member = member(settings())) {
			BackendCases.eventually().until(() -> {
				member.commit(1);
				return member.calls("unwatch") > 0;
			});
			member.commit(50);
			assertThat(member.executed()).isZero();
			member.assertApplied();
		}
	}

	@Test
	void whoMayNotSetThePositionThatIsShownCommitsByScript() {
		try (CommittingMember member = member(settings())) {
			this.fixture.commands().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.XGROUP));
			BackendCases.eventually().until(() -> {
				member.commit(1);
				return member.executed() > 1;
			});
			member.commit(1);
			long before = member.executed();
			member.commit(50);
			assertThat(member.executed()).isEqualTo(before);
			member.assertApplied();
		}
	}

	/**
	 * A wrapped command would have a timeout of its own, and be left out when it is over.
	 */
	@Test
	void commandsOfATransactionAreNotTracedOneByOne() {
		ObservationRegistry registry = ObservationRegistry.create();
		List<String> observed = new CopyOnWriteArrayList<>();
		registry.observationConfig().observationHandler((ObservationHandler<Observation.Context>) (context) -> {
			observed.add(context.getLowCardinalityKeyValues().toString());
			return true;
		});
		ClientResources resources = ClientResources.builder().tracing(new MicrometerTracing(registry, "redis")).build();
		LettuceConnectionFactory traced = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("localhost", this.fixture.server().port()),
				LettuceClientConfiguration.builder().clientResources(resources).build());
		try (CommittingMember member = new CommittingMember(this.fixture,
				new Application(RedisStreamBackend.create(traced, settings()), 3))) {
			member.commitUntilTransactions();
			observed.clear();
			assertThat(member.isTransaction(() -> member.commit(1))).isTrue();
			assertThat(observed).as("one for all of them").hasSize(1);
			member.assertApplied();
		}
		finally {
			resources.shutdown().syncUninterruptibly();
		}
	}

	@Test
	void aMemberThatMayHaveNoneCommitsByScript() {
		try (CommittingMember member = member(settings().withCommitConnections(0))) {
			member.commit(50);
			assertThat(member.calls("unwatch")).as("connections that were tried").isZero();
			assertThat(member.executed()).isZero();
			member.assertApplied();
		}
	}

	@Test
	void aMemberHasNoMoreConnectionsForItThanItMay() {
		try (CommittingMember member = member(settings().withCommitConnections(1))) {
			member.commitUntilTransactions();
			Set<String> before = member.connections();
			for (int i = 1; i <= 20; i++) {
				assertThat(member.isTransaction(member::commitElsewhere)).isFalse();
			}
			assertThat(member.isTransaction(() -> member.commit(1))).isTrue();
			assertThat(member.connections()).isEqualTo(before);
		}
	}

}
