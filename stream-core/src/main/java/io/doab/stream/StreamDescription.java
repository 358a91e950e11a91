package io.doab.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A stream as the backend has it.
 *
 * @param name the stream's name
 * @param retention how long events stay, where this application defines the stream; null
 * otherwise
 * @param partitions in their order
 * @param groups who reads it in a group, by name
 */
public record StreamDescription(String name, @Nullable Duration retention, List<Partition> partitions,
		Set<String> groups) {

	public StreamDescription {
		partitions = List.copyOf(partitions);
	}

	/** Events of all partitions. */
	public long events() {
		return this.partitions.stream().mapToLong(Partition::events).sum();
	}

	/**
	 * One partition.
	 *
	 * @param events how many it holds; on Kafka offsets are counted, and so transaction
	 * marks are among them
	 * @param first the oldest event, or null when it is empty
	 * @param last the newest event, or null when it is empty
	 * @param bytes what it takes at the server, or null when that does not say
	 */
	public record Partition(int partition, long events, @Nullable Stored first, @Nullable Stored last,
			@Nullable Long bytes) {

	}

	/**
	 * Where an event stands.
	 *
	 * @param time when it was stored; on Kafka what its producer said, unless the topic
	 * says otherwise
	 */
	public record Stored(Position position, Instant time) {

	}

}
