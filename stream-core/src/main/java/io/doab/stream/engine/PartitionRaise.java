package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPartitions;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Repartitioning;
import io.doab.stream.spi.StreamBackend;

/**
 * Looks whether anything is in the way, closes the streams, looks twice again and whether
 * anything arrives in between, and takes the backend's steps.
 */
public final class PartitionRaise implements StreamPartitions {

	/** For so long nothing may arrive. */
	private static final Duration QUIET = Duration.ofSeconds(2);

	private static final String HAS_BEGUN = ". An earlier raise was interrupted after it had begun to move state: the"
			+ " streams stay closed until one with all of its streams ends. If what is in the way cannot be removed while"
			+ " they are closed, the marks of docs/reference.md can be: then state that has moved is missing where its key"
			+ " still is";

	private final Repartitioning steps;

	private final Duration quiet;

	public PartitionRaise(StreamBackend backend) {
		this(backend, QUIET);
	}

	/**
	 * Creates it.
	 * @param quiet for how long nothing may arrive before it is believed that nobody
	 * publishes
	 */
	public PartitionRaise(StreamBackend backend, Duration quiet) {
		this.steps = backend.repartitioning();
		this.quiet = quiet;
	}

	@Override
	public void raise(Collection<String> streams, int partitions, boolean forgetIds) {
		Map<String, Integer> present = present(streams, partitions);
		Collection<String> all = new TreeSet<>(present.keySet());
		if (!this.steps.isClosed(all)) {
			// Whoever is refused for what is there to see has stopped nobody.
			refuseFor(this.steps.obstacles(all, forgetIds), all, partitions, false);
		}
		this.steps.close(all, partitions);
		try {
			boolean begun = this.steps.hasBegun(all);
			refuseFor(obstaclesWhileClosed(all, forgetIds), all, partitions, begun);
		}
		catch (RuntimeException ex) {
			openAgain(all, ex);
			throw ex;
		}
		this.steps.begin(all);
		this.steps.raise(all, partitions);
		this.steps.open(all);
	}

	private List<String> obstaclesWhileClosed(Collection<String> closed, boolean forgetIds) {
		List<String> obstacles = new ArrayList<>(this.steps.obstacles(closed, forgetIds));
		if (obstacles.isEmpty()) {
			Map<StreamPartition, Position> before = this.steps.ends(closed);
			awaitQuiet(closed);
			Map<StreamPartition, Position> after = this.steps.ends(closed);
			after.forEach((partition, end) -> {
				if (!end.equals(before.get(partition))) {
					obstacles.add(partition + " got events within the last " + this.quiet.toMillis()
							+ " ms: stop who publishes to it");
				}
			});
			// Who was about to start when the streams were closed has joined by now.
			obstacles.addAll(this.steps.obstacles(closed, forgetIds));
		}
		return obstacles;
	}

	private static void refuseFor(List<String> obstacles, Collection<String> streams, int partitions, boolean begun) {
		if (!obstacles.isEmpty()) {
			throw new IllegalStateException("The partitions of " + streams + " cannot be raised to " + partitions + ": "
					+ String.join("; ", new TreeSet<>(obstacles)) + (begun ? HAS_BEGUN : ""));
		}
	}

	/** Nothing was changed, unless an earlier raise has begun: then they stay closed. */
	private void openAgain(Collection<String> closed, RuntimeException cause) {
		// Of an interrupted thread the backend would do nothing.
		boolean interrupted = Thread.interrupted();
		try {
			if (!this.steps.hasBegun(closed)) {
				this.steps.open(closed);
			}
		}
		catch (RuntimeException ex) {
			cause.addSuppressed(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** The whole of it: a park could end before, and events would be missed. */
	private void awaitQuiet(Collection<String> closed) {
		try {
			Thread.sleep(this.quiet);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Raising the partitions of " + closed + " was interrupted: run it again", ex);
		}
	}

	private Map<String, Integer> present(Collection<String> streams, int partitions) {
		Map<String, Integer> found = new TreeMap<>(this.steps.partitions(streams));
		for (String stream : streams) {
			Integer now = found.get(stream);
			if (now == null) {
				throw new IllegalArgumentException("There is no stream '" + stream + "'");
			}
			if (now > partitions) {
				throw new IllegalArgumentException("Stream '" + stream + "' has " + now
						+ " partitions: their number can be raised, not lowered to " + partitions);
			}
		}
		found.putAll(this.steps.partitions(streams.stream()
			.flatMap((stream) -> List
				.of(StreamDefinition.delayedOf(stream), StreamDefinition.deadLetterOf(stream),
						StreamDefinition.deadLetterOf(StreamDefinition.delayedOf(stream)))
				.stream())
			.toList()));
		return found;
	}

}
