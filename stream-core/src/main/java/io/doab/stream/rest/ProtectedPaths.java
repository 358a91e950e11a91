package io.doab.stream.rest;

import java.util.List;

/**
 * Paths of an application without ingestion that ask for the token all the same, as a
 * bean. Where events are taken in, all paths ask for it.
 *
 * @param patterns servlet patterns, such as {@code /webhooks/*}
 */
public record ProtectedPaths(List<String> patterns) {

	public ProtectedPaths {
		patterns = List.copyOf(patterns);
	}

	public ProtectedPaths(String... patterns) {
		this(List.of(patterns));
	}

}
