package io.doab.stream.redis;

/**
 * What the holder of a lease knows of it: until when it counts on it, and the numbers of
 * its commits. It decides, and does nothing itself, as {@link Membership} does.
 *
 * <p>
 * The server alone says who owns a partition: each commit names the lease under which it
 * was prepared, and is refused when that is over. The term is the holder's side of it: it
 * ends in time by itself, so that a holder that hears nothing stops working for nothing,
 * and it ends for good. What was ended is never taken up again, for the partition may
 * have been another's meanwhile.
 *
 * <p>
 * A commit's number is one more than that of the last. One that got no answer is sent
 * again under its number, so the server tells whether it was applied.
 *
 * <p>
 * Times are counts of nanoseconds that only differ meaningfully. Not thread-safe.
 */
final class LeaseTerm {

	private final long leaseNanos;

	/** When the server last confirmed the lease, by the time at which it was asked. */
	private long confirmedAt;

	private long number;

	private boolean committing;

	private boolean ended;

	/**
	 * Begins.
	 * @param number the number of the commit that the partition's state goes back to
	 * @param asked when the lease was asked for
	 */
	LeaseTerm(long leaseNanos, long number, long asked) {
		this.leaseNanos = leaseNanos;
		this.number = number;
		this.confirmedAt = asked;
	}

	/** What the server says of a commit. */
	enum Answer {

		/** Applied, now or when it was sent before. */
		APPLIED,

		/** The lease is another's, or nobody's. */
		LOST,

		/** The commit before it is not what the server has: it went back. */
		GAP;

		static Answer of(String word) {
			return switch (word) {
				case "OK", "DUP" -> APPLIED;
				case "LOST" -> LOST;
				case "GAP" -> GAP;
				default -> throw new IllegalArgumentException("Unknown answer " + word);
			};
		}

	}

	/** The number of the next commit, which is under way from now on. */
	long begin() {
		if (this.ended || this.committing) {
			throw new IllegalStateException(this.ended ? "The lease has ended" : "A commit is under way");
		}
		this.committing = true;
		return ++this.number;
	}

	/**
	 * The commit under way was answered.
	 * @return whether the lease goes on
	 */
	boolean answered(Answer answer, long asked) {
		if (answer != Answer.APPLIED) {
			this.ended = true;
			return false;
		}
		this.committing = false;
		confirmed(asked);
		return true;
	}

	/** The server said that the lease is held still. */
	void confirmed(long asked) {
		if (asked - this.confirmedAt > 0) {
			this.confirmedAt = asked;
		}
	}

	/** How long the server has not confirmed it. */
	long silentNanos(long now) {
		return now - this.confirmedAt;
	}

	/**
	 * Whether it is time to ask the server to prolong it: a commit does the same. Asked
	 * three times in a lease time, it is renewed before half of that is over.
	 */
	boolean isRenewalDue(long now) {
		return silentNanos(now) > this.leaseNanos / (2 * Membership.RENEWALS);
	}

	/** Whether it may be another's by now, for all that the holder knows. */
	boolean isOver(long now) {
		return this.ended || silentNanos(now) > this.leaseNanos;
	}

	/** Ends it for good. */
	void end() {
		this.ended = true;
	}

}
