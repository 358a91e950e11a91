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
 * Closes the streams, looks twice whether anything is in the way and whether anything
 * arrives in between, and takes the backend's steps.
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
		this.steps.close(all, partitions);
		boolean begun = this.steps.hasBegun(all);
		List<String> obstacles = new ArrayList<>(this.steps.obstacles(all, forgetIds));
		if (obstacles.isEmpty()) {
			Map<StreamPartition, Position> before = this.steps.ends(all);
			awaitQuiet(all, begun);
			Map<StreamPartition, Position> after = this.steps.ends(all);
			after.forEach((partition, end) -> {
				if (!end.equals(before.get(partition))) {
					obstacles.add(partition + " got events within the last " + this.quiet.toMillis()
							+ " ms: stop who publishes to it");
				}
			});
			// Who was about to start when the streams were closed has joined by now.
			obstacles.addAll(this.steps.obstacles(all, forgetIds));
		}
		if (!obstacles.isEmpty()) {
			if (!begun) {
				this.steps.open(all);
			}
			throw new IllegalStateException("The partitions of " + all + " cannot be raised to " + partitions + ": "
					+ String.join("; ", new TreeSet<>(obstacles)) + (begun ? HAS_BEGUN : ""));
		}
		this.steps.begin(all);
		this.steps.raise(all, partitions);
		this.steps.open(all);
	}

	/** The whole of it: a park could end before, and events would be missed. */
	private void awaitQuiet(Collection<String> closed, boolean begun) {
		try {
			Thread.sleep(this.quiet);
		}
		catch (InterruptedException ex) {
			if (!begun) {
				this.steps.open(closed);
			}
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
