package io.doab.benchmarks.harness;

import java.io.Serial;

/**
 * A contender lost, doubled or reordered events, so its time says nothing. Ends the run.
 */
public final class UnsoundRunException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	public UnsoundRunException(String message) {
		super(message);
	}

}
