package io.doab.benchmarks.harness;

import java.io.Serial;

/** Something was asked for that there is not; the message says what there is. */
public final class UsageException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1;

	UsageException(String message) {
		super(message);
	}

}
