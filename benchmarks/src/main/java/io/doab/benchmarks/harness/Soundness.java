package io.doab.benchmarks.harness;

/**
 * What was found when the work of a contender was counted.
 *
 * @param expected how many events there were to do
 * @param seen how many of them were done at least once
 * @param doubled how often one was done that had been done before
 * @param unordered how often one came after a later one of its key
 * @param wrong how many outputs are not what the handler makes
 */
public record Soundness(long expected, long seen, long doubled, long unordered, long wrong) {

	public long lost() {
		return this.expected - this.seen;
	}

	/** Whether the run counts. */
	public boolean isSound() {
		return lost() == 0 && this.doubled == 0 && this.unordered == 0 && this.wrong == 0;
	}

	/**
	 * Requires that all was done once, in order.
	 * @param who the contender, for the message
	 * @throws UnsoundRunException otherwise
	 */
	public void require(String who) {
		if (!isSound()) {
			throw new UnsoundRunException(who + " of " + this.expected + " events lost " + lost() + ", doubled "
					+ this.doubled + ", gave out of order " + this.unordered + " and wrong " + this.wrong);
		}
	}

}
