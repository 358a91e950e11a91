package io.doab.stream.redis;

import java.util.EnumMap;
import java.util.Map;

import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.Support;

/**
 * How the promises are kept over Redis Streams.
 */
final class RedisGuarantees {

	private RedisGuarantees() {
	}

	static Map<Guarantee, Support> of(boolean cluster) {
		Map<Guarantee, Support> all = new EnumMap<>(Guarantee.class);
		all.put(Guarantee.ORDER_PER_KEY, Support.held("a stream per partition, owned under a lease"));
		all.put(Guarantee.FENCING, Support.held("the commit compares the lease"));
		all.put(Guarantee.DEAD_LETTER, Support.held("part of the commit"));
		all.put(Guarantee.DEDUPLICATION, Support.held("ids in state, part of the commit"));
		all.put(Guarantee.ATOMIC,
				Support.held(cluster
						? "one script or transaction; outputs for other slots follow from an outbox, in order, once"
						: "one script, or a transaction that watches the lease"));
		all.put(Guarantee.COMMIT_ONCE, Support.held("commits are numbered"));
		all.put(Guarantee.AT_LEAST_ONCE, Support.held("outputs first, then the commit"));
		all.put(Guarantee.AT_MOST_ONCE, Support.held("acknowledged by a commit of its own"));
		all.put(Guarantee.QUEUE_REDELIVERY, Support.held("pending list, claimed after the visibility time"));
		all.put(Guarantee.QUEUE_DEAD_LETTER, Support.held("at the delivery limit"));
		all.put(Guarantee.QUEUE_ATOMIC,
				Support.absent("refused at the start; outputs first, then the acknowledgement"));
		all.put(Guarantee.STORED, Support.held("as `appendonly` and `appendfsync` say"));
		all.put(Guarantee.REPLICATED, Support.held("`WAIT`"));
		all.put(Guarantee.PUBLISHED_ONCE, Support.held("batches are numbered, in the slot they are stored in"));
		all.put(Guarantee.DELAYED, Support.held("a stream of their own, moved by timers of a processor"));
		all.put(Guarantee.READING, Support.held("`XRANGE`, `XREVRANGE`, `XREAD`"));
		all.put(Guarantee.BROADCAST, Support.held("a reader in each instance"));
		all.put(Guarantee.RETENTION, Support.held("`XTRIM` up to what all groups have done"));
		all.put(Guarantee.RESET, Support.held("through a pause in which nobody owns anything"));
		all.put(Guarantee.RAISE, Support.held("at rest, in steps that can be repeated"));
		all.put(Guarantee.FAILOVER,
				Support.held(cluster ? "commits are numbered, each slot by itself; the last ones may be gone"
						: "commits are numbered; the last ones may be gone"));
		all.put(Guarantee.FOREIGN_EVENTS, Support.held("`XADD` with any fields"));
		all.put(Guarantee.LAG_IN_TOOLS, Support.held("`XINFO GROUPS`"));
		all.put(Guarantee.REMOVAL, Support.held("`XDEL`"));
		return all;
	}

}
