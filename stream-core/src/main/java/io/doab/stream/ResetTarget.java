package io.doab.stream;

import java.time.Instant;
import java.util.Map;

/**
 * A place in the partitions of streams: between two events.
 */
public sealed interface ResetTarget {

	/** Before the oldest event that is still there. */
	record Earliest() implements ResetTarget {

	}

	/** Behind the newest event. */
	record Latest() implements ResetTarget {

	}

	/** Before the first event that was stored at this time or later. */
	record Since(Instant time) implements ResetTarget {

	}

	/**
	 * Before these positions, of which there need not be events. Partitions that are not
	 * named are left as they are.
	 */
	record Before(Map<StreamPartition, Position> positions) implements ResetTarget {

		public Before {
			positions = Map.copyOf(positions);
		}

	}

}
