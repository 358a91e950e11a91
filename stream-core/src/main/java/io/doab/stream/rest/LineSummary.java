package io.doab.stream.rest;

import java.util.List;

/**
 * The answer to a stream of lines.
 *
 * @param accepted how many were stored
 * @param rejected how many were not taken
 * @param errors the first of those that were rejected
 */
public record LineSummary(long accepted, long rejected, List<LineError> errors) {

	/** A line that was rejected. */
	public record LineError(long line, String reason) {
	}

}
