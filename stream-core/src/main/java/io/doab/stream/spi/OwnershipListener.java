package io.doab.stream.spi;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.StreamException;

/**
 * What a member tells the engine. All calls come from the thread that is in
 * {@link GroupMember#poll} or {@link GroupMember#close}, and none of them blocks it.
 */
public interface OwnershipListener {

	/** The member owns a partition from now on. */
	void acquired(PartitionOwnership ownership);

	/** Events of an owned partition, in stream order per input. */
	void fetched(PartitionOwnership ownership, FetchedRecords records);

	/**
	 * The member is to give partitions up, and still owns them: finish what runs and
	 * commit it. Nothing is fetched of them any more.
	 * @return completes when that is done, or was given up for taking too long; nothing
	 * can be committed afterwards
	 */
	CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships);

	/**
	 * The member does not own the partition any more: drop its work, nothing of it can be
	 * committed.
	 */
	void lost(PartitionOwnership ownership, StreamException cause);

}
