package io.doab.stream.redis;

/**
 * An invariant of the protocol does not hold.
 */
@SuppressWarnings("serial")
final class Violation extends RuntimeException {

	Violation(String invariant) {
		super(invariant, null, false, false);
	}

}
