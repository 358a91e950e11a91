package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.QueueSpec;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Tells the brokers how the share group of a queue is to be kept, and checks what only
 * they decide. Blocks.
 */
final class ShareGroups {

	private static final String LIMIT = "group.share.delivery.count.limit";

	private static final String SHORTEST_LOCK = "group.share.min.record.lock.duration.ms";

	private static final String LONGEST_LOCK = "group.share.max.record.lock.duration.ms";

	private static final Duration ASK_AGAIN = Duration.ofMillis(10);

	private final Admin admin;

	private final long patience;

	ShareGroups(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.patience = settings.patienceSeconds();
	}

	/**
	 * Sets up the group of a queue, and waits until a broker has it so: one that has not
	 * heard of it would begin the queue at the end of its streams.
	 * @throws FatalStreamException when the brokers do not allow what the queue asks for,
	 * or its name is another group's
	 */
	void configure(QueueSpec queue) {
		requireFree(queue.queue());
		Config broker = broker();
		requireBounds(queue, broker);
		Map<String, String> changes = Map.of("share.record.lock.duration.ms",
				String.valueOf(queue.visibilityTime().toMillis()), "share.isolation.level", "read_committed",
				"share.auto.offset.reset", queue.startAt().name().toLowerCase(Locale.ROOT));
		change(queue.queue(), changes);
		awaitApplied(queue.queue(), changes);
	}

	/** Of queues that have begun on one of the streams, those that have members. */
	Map<String, List<String>> members(Collection<String> streams) {
		Map<String, List<String>> members = new TreeMap<>();
		begun(streams).forEach((queue) -> {
			List<String> present = KafkaFailures
				.await("describe queue " + queue, this.admin.describeShareGroups(Set.of(queue)).all(), this.patience)
				.values()
				.stream()
				.flatMap((group) -> group.members().stream())
				.map(ShareMemberDescription::clientId)
				.toList();
			if (!present.isEmpty()) {
				members.put(queue, present);
			}
		});
		return members;
	}

	/**
	 * Has the queues that have begun on a stream begin with the first event of what was
	 * added to it, also those that began at the end. For queues without members.
	 */
	void beginWithAll(String stream, Set<TopicPartition> added) {
		begun(Set.of(stream))
			.forEach(
					(queue) -> KafkaFailures.await("begin " + added + " for queue " + queue,
							this.admin
								.alterShareGroupOffsets(queue,
										added.stream()
											.collect(Collectors.toMap(Function.identity(), (partition) -> 0L)))
								.all(),
							this.patience));
	}

	private Set<String> begun(Collection<String> streams) {
		Set<String> begun = new TreeSet<>();
		offsets(this.admin, this.patience).forEach((queue, offsets) -> offsets.forEach((partition, offset) -> {
			if (offset != null && offset.startOffset() >= 0 && streams.contains(partition.topic())) {
				begun.add(queue);
			}
		}));
		return begun;
	}

	/**
	 * Where each share group stands on what it reads; not begun where it is negative. The
	 * broker asks others for parts of its answer and, where it is not answered, asks
	 * again after 2 s and 4 s: a request or two may be over by then, not the patience.
	 */
	static Map<String, Map<TopicPartition, SharePartitionOffsetInfo>> offsets(Admin admin, long patience) {
		Map<String, ListShareGroupOffsetsSpec> groups = KafkaFailures
			.await("list share groups", admin.listGroups(ListGroupsOptions.forShareGroups()).all(), patience)
			.stream()
			.map(GroupListing::groupId)
			.collect(Collectors.toMap(Function.identity(), (group) -> new ListShareGroupOffsetsSpec()));
		if (groups.isEmpty()) {
			return Map.of();
		}
		int limit = Math.toIntExact(TimeUnit.SECONDS.toMillis(patience));
		// A second more, for the client to say itself what was late.
		return KafkaFailures.await("read the offsets of share groups",
				admin.listShareGroupOffsets(groups, new ListShareGroupOffsetsOptions().timeoutMs(limit)).all(),
				patience + 1);
	}

	private void change(String queue, Map<String, String> settings) {
		Collection<AlterConfigOp> changes = settings.entrySet()
			.stream()
			.map((setting) -> new AlterConfigOp(new ConfigEntry(setting.getKey(), setting.getValue()),
					AlterConfigOp.OpType.SET))
			.toList();
		KafkaFailures.await("configure the share group " + queue,
				this.admin.incrementalAlterConfigs(Map.of(resource(queue), changes)).all(), this.patience);
	}

	private void awaitApplied(String queue, Map<String, String> settings) {
		ConfigResource resource = resource(queue);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.patience);
		while (!isApplied(describe("the share group " + queue, resource), settings)) {
			if (System.nanoTime() > deadline) {
				throw new RetriableException("The Kafka brokers did not take the configuration of the share group "
						+ queue + " within " + this.patience + " s. It is asked for again", null);
			}
			LockSupport.parkNanos(ASK_AGAIN.toNanos());
		}
	}

	private static boolean isApplied(Config present, Map<String, String> settings) {
		return settings.entrySet().stream().allMatch((setting) -> {
			ConfigEntry entry = present.get(setting.getKey());
			return entry != null && setting.getValue().equals(entry.value());
		});
	}

	private static ConfigResource resource(String queue) {
		return new ConfigResource(ConfigResource.Type.GROUP, queue);
	}

	/** The brokers tell groups apart by name, whatever their type. */
	private void requireFree(String queue) {
		for (GroupListing group : KafkaFailures.await("list groups", this.admin.listGroups().all(), this.patience)) {
			GroupType type = group.type().orElse(GroupType.UNKNOWN);
			if (group.groupId().equals(queue) && type != GroupType.SHARE) {
				throw new FatalStreamException("Queue '" + queue + "' has the name of a group of type " + type
						+ ", a processor's say: name one of them otherwise, or delete that group", null);
			}
		}
	}

	private Config broker() {
		Node node = KafkaFailures.await("describe the cluster", this.admin.describeCluster().nodes(), this.patience)
			.iterator()
			.next();
		return describe("broker " + node.id(), new ConfigResource(ConfigResource.Type.BROKER, node.idString()));
	}

	private Config describe(String what, ConfigResource resource) {
		return Objects.requireNonNull(
				KafkaFailures
					.await("read the configuration of " + what, this.admin.describeConfigs(Set.of(resource)).all(),
							this.patience)
					.get(resource));
	}

	private static void requireBounds(QueueSpec queue, Config broker) {
		long visibility = queue.visibilityTime().toMillis();
		long shortest = number(broker, SHORTEST_LOCK, 0);
		long longest = number(broker, LONGEST_LOCK, Long.MAX_VALUE);
		if (visibility < shortest || visibility > longest) {
			throw new FatalStreamException("Queue '" + queue.queue() + "' has a visibility time of " + visibility
					+ " ms, and the Kafka brokers allow " + shortest + " to " + longest + " ms (" + SHORTEST_LOCK + ", "
					+ LONGEST_LOCK + "): set doab.queues[" + queue.queue()
					+ "].visibility-time within these; handlers may take longer", null);
		}
		long limit = number(broker, LIMIT, Long.MAX_VALUE);
		if (queue.deliveryLimit() > limit) {
			throw new FatalStreamException("Queue '" + queue.queue() + "' has a delivery limit of "
					+ queue.deliveryLimit() + ", and the Kafka brokers drop an event after " + limit + " deliveries ("
					+ LIMIT + "), before it could be dead-lettered: set doab.queues[" + queue.queue()
					+ "].delivery-limit to " + limit + " at most, or raise theirs", null);
		}
	}

	private static long number(Config broker, String name, long otherwise) {
		ConfigEntry entry = broker.get(name);
		String value = (entry != null) ? entry.value() : null;
		return (value != null) ? Long.parseLong(value) : otherwise;
	}

}
