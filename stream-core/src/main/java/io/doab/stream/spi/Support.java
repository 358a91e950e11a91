package io.doab.stream.spi;

/**
 * How a backend keeps a promise, or that it does not.
 *
 * @param how by what, or what there is in its place: a few words
 */
public record Support(Level level, String how) {

	/** It is kept. */
	public static Support held(String how) {
		return new Support(Level.HELD, how);
	}

	/** It is not, and nobody has to ask. */
	public static Support absent(String instead) {
		return new Support(Level.ABSENT, instead);
	}

	/** It should be; no server at hand can show it. */
	public static Support untested(String how) {
		return new Support(Level.UNTESTED, how);
	}

	/** Whether a promise is kept. */
	public enum Level {

		/** A test asserts it. */
		HELD,

		/** A test asserts that it is not there. */
		ABSENT,

		/** No test of it could be run. */
		UNTESTED

	}

}
