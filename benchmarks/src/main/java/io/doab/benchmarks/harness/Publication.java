package io.doab.benchmarks.harness;

import java.util.List;
import java.util.Locale;

/**
 * How events are published.
 *
 * @param single whether each waits for the answer to the one before it
 */
public record Publication(boolean single, Acknowledged acknowledged) {

	/** What an answer says. */
	public enum Acknowledged {

		/** That the event was sent. */
		NONE,

		/** That the leader has it. */
		LEADER,

		/** That all replicas that are in step have it. */
		ALL

	}

	/**
	 * All that there are on a backend. A single Redis server has no replica that could
	 * acknowledge.
	 */
	static List<Publication> of(String backend) {
		List<Acknowledged> levels = backend.equals("redis") ? List.of(Acknowledged.NONE, Acknowledged.LEADER)
				: List.of(Acknowledged.values());
		return levels.stream()
			.flatMap((level) -> List.of(new Publication(false, level), new Publication(true, level)).stream())
			.toList();
	}

	/** As part of a name. */
	String label() {
		return (this.single ? "single-" : "many-") + this.acknowledged.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public String toString() {
		return (this.single ? "one by one, " : "many at a time, ") + this.acknowledged.name().toLowerCase(Locale.ROOT);
	}

}
