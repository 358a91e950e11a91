package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.QueueSpec;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Tells the brokers how the share group of a queue is to be kept, and checks what only
 * they decide. Blocks.
 */
final class ShareGroups {

	private static final String LIMIT = "group.share.delivery.count.limit";

	private static final String SHORTEST_LOCK = "group.share.min.record.lock.duration.ms";

	private static final String LONGEST_LOCK = "group.share.max.record.lock.duration.ms";

	private final Admin admin;

	private final long patience;

	ShareGroups(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.patience = settings.patienceSeconds();
	}

	/**
	 * Sets up the group of a queue.
	 * @throws FatalStreamException when the brokers do not allow what the queue asks for,
	 * or its name is another group's
	 */
	void configure(QueueSpec queue) {
		requireFree(queue.queue());
		Config broker = broker();
		requireBounds(queue, broker);
		List<AlterConfigOp> changes = new ArrayList<>();
		set(changes, "share.record.lock.duration.ms", String.valueOf(queue.visibilityTime().toMillis()));
		set(changes, "share.isolation.level", "read_committed");
		set(changes, "share.auto.offset.reset", queue.startAt().name().toLowerCase(Locale.ROOT));
		Map<ConfigResource, Collection<AlterConfigOp>> all = Map
			.of(new ConfigResource(ConfigResource.Type.GROUP, queue.queue()), changes);
		KafkaFailures.await("configure the share group " + queue.queue(), this.admin.incrementalAlterConfigs(all).all(),
				this.patience);
	}

	private static void set(List<AlterConfigOp> changes, String name, String value) {
		changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
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
		ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
		return Objects.requireNonNull(
				KafkaFailures
					.await("read the configuration of broker " + node.id(),
							this.admin.describeConfigs(Set.of(resource)).all(), this.patience)
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
