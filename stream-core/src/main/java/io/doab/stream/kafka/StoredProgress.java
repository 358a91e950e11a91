package io.doab.stream.kafka;

import java.util.HashMap;
import java.util.Map;

/**
 * What the broker holds of one ownership's inputs since its last transaction.
 *
 * @param offsets the offsets of the group
 * @param done the inputs for which the changelog holds something done beyond the offset,
 * and how many events that are
 * @param prefixes the copies of offsets that the changelog holds
 * @param prefixesSent when they were sent last, in nanoseconds of the system's ticker
 */
record StoredProgress(Map<String, Long> offsets, Map<String, Integer> done, Map<String, Changelog.Prefix> prefixes,
		long prefixesSent) {

	StoredProgress {
		offsets = Map.copyOf(offsets);
		done = Map.copyOf(done);
		prefixes = Map.copyOf(prefixes);
	}

	/** How far the offsets went on. */
	long since(StoredProgress before) {
		return this.offsets.entrySet()
			.stream()
			.mapToLong((offset) -> offset.getValue() - before.offsets.getOrDefault(offset.getKey(), offset.getValue()))
			.sum();
	}

	/**
	 * What a new owner found, also a done-set that it did not believe: that is replaced
	 * or removed, or a later owner could believe it.
	 */
	static StoredProgress found(Map<String, ResumePoint> resumed, PartitionState state, long now) {
		Map<String, Long> offsets = new HashMap<>();
		Map<String, Changelog.Prefix> prefixes = new HashMap<>();
		resumed.forEach((stream, point) -> {
			offsets.put(stream, point.next());
			Changelog.Prefix prefix = state.prefix(stream);
			if (prefix != null) {
				prefixes.put(stream, prefix);
			}
		});
		Map<String, Integer> done = new HashMap<>();
		resumed.forEach((stream, point) -> {
			if (state.done(stream) != null) {
				done.put(stream, point.done().size());
			}
		});
		return new StoredProgress(offsets, done, prefixes, now);
	}

}
