package io.doab.stream.redis;

/**
 * How many entries fit into an answer, by the sizes of those that were read. For one
 * thread.
 */
final class EntrySizes {

	private final long maxAnswerBytes;

	/** Of the entries that were read, leaning to the large; large until some were. */
	private long meanBytes = 1024 * 1024;

	EntrySizes(long maxAnswerBytes) {
		this.maxAnswerBytes = maxAnswerBytes;
	}

	/** Large ones count at once, small ones in the course of time. */
	void saw(int bytes) {
		this.meanBytes = Math.max(bytes, this.meanBytes + (bytes - this.meanBytes) / 16);
	}

	/** How many to ask for of each stream: as many as may be, and no more than fit. */
	long fitting(int streams, int maxEvents) {
		return Math.clamp(this.maxAnswerBytes / (streams * Math.max(this.meanBytes, 1)), 1, maxEvents);
	}

}
