package io.doab.stream;

import java.util.List;

/**
 * What became of dead letters that were to be redriven.
 *
 * @param redriven how many were
 * @param refused those that were not; they stay
 */
public record RedriveReport(int redriven, List<Refusal> refused) {

	public RedriveReport {
		refused = List.copyOf(refused);
	}

	/** A dead letter that is not redriven, and why. */
	public record Refusal(DeadLetter letter, String reason) {

	}

}
