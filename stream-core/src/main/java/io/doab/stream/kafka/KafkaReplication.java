package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Whether topics have the replicas that they should have: a warning each for what nobody
 * leads, and what the loss of another broker could take. Blocks.
 */
final class KafkaReplication {

	private final Admin admin;

	private final int millis;

	KafkaReplication(Admin admin, int millis) {
		this.admin = admin;
		this.millis = millis;
	}

	/** Of those topics that are there: what is gone is for others to tell. */
	List<String> warnings(Collection<String> topics) {
		long patience = TimeUnit.MILLISECONDS.toSeconds(2L * this.millis);
		Set<String> present = new HashSet<>(KafkaFailures.await("list topics",
				this.admin.listTopics(new ListTopicsOptions().timeoutMs(this.millis)).names(), patience));
		present.retainAll(topics);
		Collection<TopicDescription> found = KafkaFailures
			.await("describe the replicas of " + present,
					this.admin.describeTopics(present, new DescribeTopicsOptions().timeoutMs(this.millis))
						.allTopicNames(),
					patience)
			.values();
		List<String> warnings = new ArrayList<>();
		List<String> headless = partitions(found,
				(partition) -> partition.leader() == null || partition.leader().isEmpty());
		if (!headless.isEmpty()) {
			warnings.add("No broker leads " + headless
					+ ": nothing can be stored or read there until one that has their " + "data is back");
		}
		List<String> behind = partitions(found, (partition) -> partition.isr().size() < partition.replicas().size());
		if (!behind.isEmpty()) {
			warnings.add("Fewer replicas are in step than there should be of " + behind
					+ ": below min.insync.replicas nothing is stored there");
		}
		return warnings;
	}

	/** As {@code payments[0, 2]}. */
	private static List<String> partitions(Collection<TopicDescription> topics, Predicate<TopicPartitionInfo> which) {
		List<String> named = new ArrayList<>();
		for (TopicDescription topic : topics) {
			List<Integer> numbers = topic.partitions()
				.stream()
				.filter(which)
				.map(TopicPartitionInfo::partition)
				.toList();
			if (!numbers.isEmpty()) {
				named.add(topic.name() + numbers);
			}
		}
		return named.stream().sorted().toList();
	}

}
