package io.doab.local;

import java.util.Locale;

/**
 * Which backend the platform runs on.
 */
public enum Backend {

	REDIS, KAFKA;

	/** The name in {@code doab.backend}. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
