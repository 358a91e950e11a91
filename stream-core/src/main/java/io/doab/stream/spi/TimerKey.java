package io.doab.stream.spi;

/**
 * What identifies a timer within a group's partition.
 */
public record TimerKey(String name, String key) {

	/** What the timers are named after that end a state entry's time to live. */
	public static final String EXPIRY_PREFIX = "#expire:";

}
