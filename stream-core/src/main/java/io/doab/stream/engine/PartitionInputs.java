package io.doab.stream.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;

/**
 * How far each input of an owned partition is. Belongs to the lock of its partition.
 */
final class PartitionInputs {

	private final Map<String, InputProgress> progress = new LinkedHashMap<>();

	PartitionInputs(Map<String, Checkpoint> checkpoints) {
		checkpoints.forEach((stream, checkpoint) -> this.progress.put(stream, new InputProgress(checkpoint)));
	}

	InputProgress of(String stream) {
		return Objects.requireNonNull(this.progress.get(stream));
	}

	Collection<InputProgress> all() {
		return this.progress.values();
	}

	/** Whether all events up to these positions were fetched. */
	boolean scanned(Map<String, Position> positions) {
		return positions.entrySet()
			.stream()
			.allMatch((end) -> of(end.getKey()).scannedTo().compareTo(end.getValue()) >= 0);
	}

	/** Whether a prefix could move although no event was done. */
	boolean canAdvance() {
		return this.progress.values().stream().anyMatch(InputProgress::canAdvance);
	}

	/** Moves the prefixes over what is done and returns the checkpoints that say so. */
	Map<String, Checkpoint> advance() {
		Map<String, Checkpoint> checkpoints = LinkedHashMap.newLinkedHashMap(this.progress.size());
		this.progress.forEach((stream, input) -> checkpoints.put(stream, input.advance()));
		return checkpoints;
	}

}
