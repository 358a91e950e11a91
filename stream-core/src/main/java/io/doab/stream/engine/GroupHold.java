package io.doab.stream.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamBackend;

/**
 * All partitions of a group in one hand, as the only member of the group: nobody else can
 * commit. For one thread.
 */
final class GroupHold implements OwnershipListener, AutoCloseable {

	private static final Duration POLL = Duration.ofMillis(100);

	private final GroupSpec group;

	private final GroupMember member;

	private final Map<Integer, PartitionOwnership> owned = new TreeMap<>();

	private GroupHold(StreamBackend backend, GroupSpec group) {
		this.group = group;
		this.member = backend.join(group, this);
	}

	/**
	 * Joins a group and waits until it owns all partitions.
	 * @throws FatalStreamException when it does not within the time: others have some
	 */
	static GroupHold take(StreamBackend backend, GroupSpec group, Duration patience) {
		GroupHold hold = new GroupHold(backend, group);
		try {
			long deadline = System.nanoTime() + patience.toNanos();
			while (hold.owned.size() < group.partitions()) {
				hold.member.poll(POLL);
				if (System.nanoTime() - deadline > 0) {
					throw new FatalStreamException(
							"Group " + group.group() + " could not be held within " + patience + ": of its "
									+ group.partitions() + " partitions only " + hold.owned.keySet()
									+ " were to be had, others are with another member. Stop or pause it and try again",
							null);
				}
			}
			return hold;
		}
		catch (RuntimeException ex) {
			hold.close();
			throw ex;
		}
	}

	/** What is owned, by partition. */
	Map<Integer, PartitionOwnership> owned() {
		return this.owned;
	}

	@Override
	public void acquired(PartitionOwnership ownership) {
		this.owned.put(ownership.partition(), ownership);
		this.member.pause(ownership.partition());
	}

	@Override
	public void fetched(PartitionOwnership ownership, FetchedRecords records) {
		// Nothing is processed here.
	}

	@Override
	public CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships) {
		ownerships.forEach((ownership) -> this.owned.remove(ownership.partition(), ownership));
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void lost(PartitionOwnership ownership, StreamException cause) {
		this.owned.remove(ownership.partition(), ownership);
	}

	@Override
	public void close() {
		this.member.close();
	}

	@Override
	public String toString() {
		return this.group.group() + this.owned.keySet();
	}

}
