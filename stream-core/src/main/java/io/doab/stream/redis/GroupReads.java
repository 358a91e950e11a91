package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.spi.GroupSpec;

import org.jspecify.annotations.Nullable;

/**
 * The readers of a member: one for all its partitions where one server has them all, and
 * in a cluster, where a command takes keys of one hash tag only, one for each partition.
 * For the polling thread.
 */
final class GroupReads {

	private static final long LONGEST_BLOCK_MILLIS = 500;

	/** How soon to ask again for a read to end that was asked to. */
	private static final long UNBLOCK_MILLIS = 5;

	private static final Integer ALL = -1;

	private final RedisNodes nodes;

	private final GroupSpec group;

	private final Runnable wakeup;

	/** How long a read waits at the server: an answer has to come in time. */
	private final long blockMillis;

	private final Map<Integer, RedisReader<RedisPartitionLease.Source>> readers = new HashMap<>();

	GroupReads(RedisNodes nodes, GroupSpec group, Duration commandTimeout, Runnable wakeup) {
		this.nodes = nodes;
		this.group = group;
		this.wakeup = wakeup;
		this.blockMillis = Math.max(1, Math.min(LONGEST_BLOCK_MILLIS, commandTimeout.toMillis() / 2));
	}

	Collection<RedisReader<RedisPartitionLease.Source>> readers() {
		return this.readers.values();
	}

	/** What each reader is to read for these leases. */
	Map<Integer, List<RedisPartitionLease.Source>> wanted(Collection<RedisPartitionLease> leases) {
		Map<Integer, List<RedisPartitionLease.Source>> wanted = new HashMap<>();
		for (RedisPartitionLease lease : leases) {
			if (lease.isReadable()) {
				wanted.computeIfAbsent(reader(lease), (reader) -> new ArrayList<>()).addAll(lease.sources());
			}
		}
		return wanted;
	}

	/**
	 * Has a reader read. Connects it when it is not.
	 * @param leases how many the member has, those that are not read now included
	 */
	void read(Integer number, List<RedisPartitionLease.Source> sources, int leases) {
		RedisSession session = this.nodes
			.session(RedisKeys.lease(this.group.group(), sources.getFirst().lease().partition()));
		RedisReader<RedisPartitionLease.Source> reader = this.readers.get(number);
		if (reader == null || reader.session() != session) {
			reader = new RedisReader<>(session, this.wakeup);
			this.readers.put(number, reader);
		}
		reader.read(sources, this.blockMillis, this.group.maxFetchEvents(), leases * this.group.inputs().size());
	}

	/** A lease is not read for any more. */
	void forget(RedisPartitionLease lease) {
		@Nullable RedisReader<RedisPartitionLease.Source> unused = this.nodes.isCluster() ? this.readers.remove(reader(lease))
				: null;
		if (unused != null) {
			unused.close();
		}
	}

	/** How long nothing has to be looked after. */
	long restMillis(long idle) {
		return this.readers.values().stream().anyMatch(RedisReader::isUnblocking) ? Math.min(idle, UNBLOCK_MILLIS)
				: idle;
	}

	private Integer reader(RedisPartitionLease lease) {
		return this.nodes.isCluster() ? (Integer) lease.partition() : ALL;
	}

}
