package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.OwnershipCases;
import io.doab.conformance.ProcessingCases;
import io.doab.conformance.RebalanceCases;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.stream.StartAt;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.kafka.KafkaSettings.GroupProtocol;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamBackend;

import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.GroupType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What has to do with groups, on a broker that has only the classic protocol for them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaClassicProtocolTests implements OwnershipCases, RebalanceCases {

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture(Map.of("group.coordinator.rebalance.protocols", "classic"));
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	/** The features of the cluster promise the protocol, and its broker refuses it. */
	@Test
	void aBrokerThatRefusesTheConsumerProtocolIsJoinedByTheClassicOne() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("refused");
		assertThat(protocols(GroupProtocol.AUTO).isConsumer(group)).isTrue();
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy(group, in, out).build());
			app.publishSlowly(in, 30, 3).join();
			assertEachOnceInOrder(out, 30, 3);
			assertThat(Objects
				.requireNonNull(this.fixture.admin().describeConsumerGroups(List.of(group)).all().get().get(group))
				.type()).isEqualTo(GroupType.CLASSIC);
		}
	}

	@Test
	void theConsumerProtocolIsAskedForWhereABrokerRefusesItAndTheErrorSaysHowToMendIt() {
		String in = unique("in");
		KafkaSettings settings = this.fixture.settings().withGroupProtocol(GroupProtocol.CONSUMER);
		GroupSpec spec = new GroupSpec(unique("asked"), List.of(in), 3, Set.of(), false, StartAt.EARLIEST, 100);
		try (Application app = new Application(this.fixture);
				StreamBackend backend = this.fixture.newBackend(Network.ONE, settings);
				GroupMember member = backend.join(spec, new Nobody())) {
			app.declare(in);
			assertThatExceptionOfType(FatalStreamException.class)
				.isThrownBy(() -> BackendCases.eventually().until(() -> {
					member.poll(Duration.ofMillis(100));
					return false;
				}))
				.withMessageContaining("doab.kafka.group-protocol")
				.withMessageContaining("group.coordinator.rebalance.protocols");
		}
	}

	@Test
	void aClusterWithoutTheFeatureIsAskedNoFurther() throws Exception {
		setFeature(FeatureUpdate.UpgradeType.SAFE_DOWNGRADE, (short) 0);
		try {
			assertThat(protocols(GroupProtocol.AUTO).isConsumer("group")).isFalse();
			assertThatExceptionOfType(FatalStreamException.class)
				.isThrownBy(() -> protocols(GroupProtocol.CONSUMER).isConsumer("group"))
				.withMessageContaining("group.version");
		}
		finally {
			setFeature(FeatureUpdate.UpgradeType.UPGRADE, (short) 1);
		}
	}

	@Test
	void theClassicProtocolIsUsedWhereItIsAskedFor() {
		assertThat(protocols(GroupProtocol.CLASSIC).isConsumer("group")).isFalse();
	}

	private GroupProtocols protocols(GroupProtocol asked) {
		return new GroupProtocols(this.fixture.admin(), this.fixture.settings().withGroupProtocol(asked));
	}

	private void setFeature(FeatureUpdate.UpgradeType type, short level) throws Exception {
		this.fixture.admin()
			.updateFeatures(Map.of("group.version", new FeatureUpdate(level, type)), new UpdateFeaturesOptions())
			.all()
			.get();
		BackendCases.eventually().until(() -> {
			var found = this.fixture.admin()
				.describeFeatures()
				.featureMetadata()
				.get()
				.finalizedFeatures()
				.get("group.version");
			return ((found != null) ? found.maxVersionLevel() : 0) == level;
		});
	}

	/** Owns nothing here. */
	private static final class Nobody implements OwnershipListener {

		@Override
		public void acquired(PartitionOwnership ownership) {
		}

		@Override
		public void fetched(PartitionOwnership ownership, FetchedRecords records) {
		}

		@Override
		public CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships) {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void lost(PartitionOwnership ownership, StreamException cause) {
		}

	}

}
