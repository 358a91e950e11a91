package io.doab.stream.spi;

import java.util.Set;

import io.doab.stream.Position;

/**
 * How far a group is on one partition of one input.
 *
 * @param prefix all up to here is done: reading goes on after it
 * @param done what is done beyond the prefix
 * @param entries how many events the prefix holds, or {@link #UNKNOWN}
 */
public record Checkpoint(Position prefix, Set<Position> done, long entries) {

	/** Of a prefix that was set and not counted. */
	public static final long UNKNOWN = -1;

}
