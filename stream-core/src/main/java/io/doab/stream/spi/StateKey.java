package io.doab.stream.spi;

/**
 * One entry of one state of a group's partition.
 *
 * @param key of an event, but in the states whose names begin with {@code #}
 */
public record StateKey(String state, String key) {

	/** The state in which the ids of events that may come twice are remembered. */
	public static final String SEEN = "#seen";

	/** The state in which events wait for their next attempt, under numbers. */
	public static final String PARKED = "#parked";

}
