package io.doab.stream.kafka;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.kafka.KafkaSettings.GroupProtocol;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnsupportedVersionException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which protocol the members of a backend join their groups: decided once, with the
 * first member. Safe for use by many threads.
 */
final class GroupProtocols {

	private static final Logger logger = LoggerFactory.getLogger(GroupProtocols.class);

	/** The feature of a cluster, and the level at which it has the consumer protocol. */
	private static final String FEATURE = "group.version";

	private static final short LEVEL = 1;

	private static final String SESSION_TIMEOUT = "consumer.session.timeout.ms";

	private static final String HEARTBEAT_INTERVAL = "consumer.heartbeat.interval.ms";

	private final Admin admin;

	private final KafkaSettings settings;

	private final ReentrantLock lock = new ReentrantLock();

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private @Nullable Boolean consumer;

	GroupProtocols(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.settings = settings;
	}

	/**
	 * Whether a group's member joins by the consumer protocol. Blocks the first time.
	 * @throws FatalStreamException when it is to and the cluster does not have it
	 */
	boolean isConsumer(String group) {
		boolean chosen = choose();
		if (chosen && this.told.add(group)) {
			tellSession(group);
		}
		return chosen;
	}

	private boolean choose() {
		this.lock.lock();
		try {
			if (this.consumer == null) {
				this.consumer = decide();
				logger.info("Groups are shared by the {} protocol (doab.kafka.group-protocol={})",
						this.consumer ? "consumer" : "classic", name(this.settings.groupProtocol()));
			}
			return this.consumer;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean decide() {
		if (this.settings.groupProtocol() == GroupProtocol.CLASSIC) {
			return false;
		}
		boolean offered = isOffered();
		if (!offered && this.settings.groupProtocol() == GroupProtocol.CONSUMER) {
			throw refusal("the finalized level of the feature " + FEATURE + " is below " + LEVEL, null);
		}
		return offered;
	}

	private boolean isOffered() {
		try {
			FinalizedVersionRange level = KafkaFailures
				.await("read the features of the cluster", this.admin.describeFeatures().featureMetadata(),
						this.settings.patienceSeconds())
				.finalizedFeatures()
				.get(FEATURE);
			return level != null && level.maxVersionLevel() >= LEVEL;
		}
		catch (FatalStreamException ex) {
			if (ex.getCause() instanceof UnsupportedVersionException) {
				return false;
			}
			throw ex;
		}
	}

	/**
	 * The broker refuses what the cluster's features promise: its configuration has the
	 * protocol off, or it cannot yet do what this client asks of it.
	 * @throws FatalStreamException when no other protocol may be used
	 */
	void refused(UnsupportedVersionException cause) {
		this.lock.lock();
		try {
			if (!Boolean.TRUE.equals(this.consumer)) {
				throw new FatalStreamException("The Kafka broker is too old: " + cause.getMessage(), cause);
			}
			if (this.settings.groupProtocol() == GroupProtocol.CONSUMER) {
				throw refusal(String.valueOf(cause.getMessage()), cause);
			}
			logger.warn("A broker refuses the consumer protocol, groups are shared by the classic one: {}",
					cause.getMessage());
			this.consumer = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static FatalStreamException refusal(String reason, @Nullable Throwable cause) {
		return new FatalStreamException("doab.kafka.group-protocol is 'consumer', and the brokers do not have that"
				+ " protocol: " + reason + ". Set doab.kafka.group-protocol to 'auto' or 'classic', or let the brokers"
				+ " have it: Kafka 4.0 or later, group.version at " + LEVEL
				+ " (kafka-features.sh), 'consumer' among group.coordinator.rebalance.protocols", cause);
	}

	/** How long a dead member keeps its partitions from others. */
	private void tellSession(String group) {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
		try {
			Map<String, String> values = KafkaFailures
				.await("read the configuration of group " + group, this.admin.describeConfigs(List.of(resource)).all(),
						this.settings.requestTimeout().toSeconds())
				.values()
				.stream()
				.flatMap((config) -> config.entries().stream())
				.filter((entry) -> entry.value() != null)
				.collect(Collectors.toMap(ConfigEntry::name, (entry) -> Objects.requireNonNull(entry.value())));
			logger.info("{}: a member that dies is replaced after {} ms ({}) and another {} ms ({}) at most", group,
					values.get(SESSION_TIMEOUT), SESSION_TIMEOUT, values.get(HEARTBEAT_INTERVAL), HEARTBEAT_INTERVAL);
		}
		catch (StreamException ex) {
			logger.debug("{}: its session timeout cannot be learnt", group, ex);
		}
	}

	private static String name(GroupProtocol protocol) {
		return protocol.name().toLowerCase(Locale.ROOT);
	}

}
