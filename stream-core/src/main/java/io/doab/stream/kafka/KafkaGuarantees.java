package io.doab.stream.kafka;

import java.util.EnumMap;
import java.util.Map;

import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.Support;

/**
 * How the promises are kept over Kafka.
 */
final class KafkaGuarantees {

	private KafkaGuarantees() {
	}

	static Map<Guarantee, Support> all() {
		Map<Guarantee, Support> all = new EnumMap<>(Guarantee.class);
		all.put(Guarantee.ORDER_PER_KEY, Support.held("partitions of a consumer group"));
		all.put(Guarantee.FENCING, Support.held("the transaction has the member's epoch"));
		all.put(Guarantee.DEAD_LETTER, Support.held("part of the commit"));
		all.put(Guarantee.DEDUPLICATION, Support.held("ids in state, part of the commit"));
		all.put(Guarantee.ATOMIC, Support.held("one transaction; readers need `read_committed`"));
		all.put(Guarantee.COMMIT_ONCE, Support.held("transactions"));
		all.put(Guarantee.AT_LEAST_ONCE, Support.held("outputs first, then the commit"));
		all.put(Guarantee.AT_MOST_ONCE, Support.held("acknowledged by a commit of its own"));
		all.put(Guarantee.QUEUE_REDELIVERY, Support.held("share group, locks that are renewed"));
		all.put(Guarantee.QUEUE_DEAD_LETTER, Support.held("at the delivery limit"));
		all.put(Guarantee.QUEUE_ATOMIC,
				Support.absent("refused at the start; outputs first, then the acknowledgement"));
		all.put(Guarantee.STORED, Support.held("as `acks` and the topic's replicas say"));
		all.put(Guarantee.REPLICATED, Support.held("`acks=all` and the topic's `min.insync.replicas`"));
		all.put(Guarantee.PUBLISHED_ONCE, Support.held("the idempotent producer"));
		all.put(Guarantee.DELAYED, Support.held("a stream of their own, moved by timers of a processor"));
		all.put(Guarantee.READING, Support.held("a consumer without a group; backwards in blocks"));
		all.put(Guarantee.BROADCAST, Support.held("a reader in each instance"));
		all.put(Guarantee.RETENTION, Support.held("records are deleted up to what all groups have done"));
		all.put(Guarantee.RESET, Support.held("through a pause in which nobody owns anything"));
		all.put(Guarantee.RAISE, Support.held("at rest, in steps that can be repeated"));
		all.put(Guarantee.FAILOVER, Support.held("replicas in sync; with `acks=all` nothing is gone"));
		all.put(Guarantee.FOREIGN_EVENTS, Support.held("any record with a value"));
		all.put(Guarantee.LAG_IN_TOOLS, Support.held("`kafka-consumer-groups`; marks of transactions are counted"));
		all.put(Guarantee.REMOVAL, Support.absent("passed over by us, seen by others until the log is cut"));
		return all;
	}

}
