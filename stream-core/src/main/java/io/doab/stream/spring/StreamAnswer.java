package io.doab.stream.spring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.doab.stream.StreamDescription;

import org.jspecify.annotations.Nullable;

/**
 * A stream as the management endpoint tells it.
 */
record StreamAnswer(String name, @Nullable Duration retention, long events, Set<String> groups,
		List<Partition> partitions) {

	static StreamAnswer of(StreamDescription stream) {
		return new StreamAnswer(stream.name(), stream.retention(), stream.events(), stream.groups(),
				stream.partitions()
					.stream()
					.map((partition) -> new Partition(partition.partition(), partition.events(),
							Stored.of(partition.first()), Stored.of(partition.last()), partition.bytes()))
					.toList());
	}

	/** One partition. */
	record Partition(int partition, long events, @Nullable Stored first, @Nullable Stored last, @Nullable Long bytes) {

	}

	/** Where an event stands. */
	record Stored(String position, Instant time) {

		private static @Nullable Stored of(StreamDescription.@Nullable Stored stored) {
			return (stored != null) ? new Stored(stored.position().toString(), stored.time()) : null;
		}

	}

}
