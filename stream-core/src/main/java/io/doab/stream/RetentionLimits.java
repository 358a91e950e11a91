package io.doab.stream;

/**
 * How much of each partition of a stream stays, besides how long. About: what is removed
 * is removed now and then, in portions, and sizes are estimated.
 *
 * @param maxEvents how many events, or 0 for any number
 * @param maxBytes how many bytes, or 0 for any number
 * @param hard whether the limits hold for what a group has not done as well: it is lost
 * then, which is counted and said in the backend's health
 */
public record RetentionLimits(long maxEvents, long maxBytes, boolean hard) {

	/** No limits. */
	public static final RetentionLimits NONE = new RetentionLimits(0, 0, false);

	public RetentionLimits {
		if (maxEvents < 0 || maxBytes < 0) {
			throw new IllegalArgumentException(
					"Limits of " + maxEvents + " events and " + maxBytes + " bytes must not be negative");
		}
		if (hard && maxEvents == 0 && maxBytes == 0) {
			throw new IllegalArgumentException(
					"Hard limits need a limit: set a number of events or of bytes, or do not make them hard");
		}
	}

	public boolean isNone() {
		return this.maxEvents == 0 && this.maxBytes == 0;
	}

}
