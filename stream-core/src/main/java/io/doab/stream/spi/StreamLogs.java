package io.doab.stream.spi;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.doab.stream.Position;
import io.doab.stream.ResetTarget;
import io.doab.stream.StreamDescription;
import io.doab.stream.StreamPartition;

import org.jspecify.annotations.Nullable;

/**
 * The streams as logs: what they hold, and where.
 */
public interface StreamLogs {

	/** The streams that are there, with their numbers of partitions. */
	Map<String, Integer> partitions();

	/** What the partitions of a stream hold, in their order. */
	List<StreamDescription.Partition> describe(String stream, int partitions);

	/**
	 * The prefix that ends at a place: that of a group which goes on with the first event
	 * behind it.
	 * @param target names the partition, if it names any
	 * @throws IllegalArgumentException when the target's position is none of this
	 * backend's, or lies behind the end
	 */
	Position before(StreamPartition partition, ResetTarget target);

	/**
	 * Reads events in their order, few at a time, until one is enough.
	 * @param after the position before the first one to read, or null for the beginning
	 * @param to the last position to read, or null for the end as it is now
	 * @param more takes an event and says whether to go on
	 */
	void scan(StreamPartition partition, @Nullable Position after, @Nullable Position to, Predicate<StreamRecord> more);

}
