package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * How far a search is.
 *
 * @param scanned how many events were looked at
 * @param found how many of them were looked for
 * @param partition where it is, or null when nothing was looked at
 * @param position the last one that was looked at, or null
 */
public record SearchProgress(long scanned, int found, @Nullable StreamPartition partition,
		@Nullable Position position) {

}
