package io.doab.stream.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;

import org.jspecify.annotations.Nullable;

/**
 * One member's hold of one partition number, over all inputs of its group, under one
 * epoch. It ends once and does not come back: the same partition acquired again is
 * another ownership. Safe for use by many threads.
 */
public interface PartitionOwnership {

	int partition();

	/** Grows with each acquisition of the partition by any member. */
	long epoch();

	/**
	 * Whether the last owner ended without giving the partition up: its process may have
	 * ended because of something that it had in hand.
	 */
	boolean formerOwnerVanished();

	/** The checkpoint of each input as it was stored when the partition was acquired. */
	Map<String, Checkpoint> checkpoints();

	/**
	 * Applies a commit. One at a time: the next only after this one completed.
	 *
	 * <p>
	 * An answer that got lost is asked for again: the future completes when the commit is
	 * known to be applied, or fails with {@link FencedException} when it is not and never
	 * will be, or with {@link FatalStreamException} when the backend refuses it for
	 * another reason. After a failure the ownership is over.
	 */
	CompletableFuture<Void> commit(AtomicCommit commit);

	/**
	 * The same with what there is when the backend comes to it: one that has to finish
	 * something else first asks when it has, so that nothing that was done meanwhile is
	 * left for the commit after.
	 * @param latest asked once, by any thread; null when there is nothing to commit any
	 * more, with which the future completes
	 */
	default CompletableFuture<Void> commitLatest(Supplier<@Nullable AtomicCommit> latest) {
		AtomicCommit commit = latest.get();
		return (commit != null) ? commit(commit) : CompletableFuture.completedFuture(null);
	}

	/**
	 * Reads committed state, as this owner left it: after its end this fails, with
	 * {@link FencedException} for one, or does not see what the next one did.
	 * @return the values in the order of the keys, null for what is absent
	 */
	CompletableFuture<List<byte @Nullable []>> readState(List<StateKey> keys);

	/** Reads all committed entries of one state of the partition, by their keys. */
	CompletableFuture<Map<String, byte[]>> readAll(String state);

	/** Reads committed timers that are due at an instant. */
	CompletableFuture<DueTimers> dueTimers(Instant now, int limit);

	/**
	 * The position of the last event that each input holds at present; an empty input is
	 * absent.
	 */
	CompletableFuture<Map<String, Position>> endPositions();

	/**
	 * Changes what is stored of the partition, wholly or not at all, as a commit that is
	 * refused when the partition is owned no more. Afterwards this ownership is only good
	 * for being given up. Nothing may be under way.
	 */
	CompletableFuture<Void> reset(PartitionReset reset);

}
