package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * Where a published event was stored.
 *
 * @param position null when nobody asked whether it was stored
 * ({@link Acknowledgement#NONE})
 */
public record Published(StreamPartition partition, @Nullable Position position) {

	/**
	 * The position, for those who asked for it.
	 * @throws IllegalStateException when nobody asked whether it was stored
	 */
	public Position at() {
		if (this.position == null) {
			throw new IllegalStateException("It is not known where the event stands in " + this.partition
					+ ": it was published with acknowledgement NONE");
		}
		return this.position;
	}

}
