package io.doab.stream;

import java.time.Duration;

/**
 * What a retry blocks, and where it waits. A short wait is held in memory. A long one is
 * <i>parked</i>: the event is stored with the group's state and acknowledged, and later
 * events of its key are stored behind it, so that neither the group's position nor the
 * memory waits for it. Nothing is parked where a retry blocks the partition.
 *
 * @param mode what waits for a failed event
 * @param parkAfter the shortest pause for which an event is parked
 * @param maxParkedEvents how many events of a partition may be parked, those behind a
 * failed one included; 0 parks none. At the bound retries wait in memory
 * @param maxParkedBytes how many bytes these may have
 */
public record RetrySettings(RetryMode mode, Duration parkAfter, int maxParkedEvents, long maxParkedBytes) {

	public RetrySettings {
		if (!parkAfter.isPositive()) {
			throw new IllegalArgumentException("parkAfter " + parkAfter + " must be longer than zero");
		}
		if (maxParkedEvents < 0) {
			throw new IllegalArgumentException("maxParkedEvents " + maxParkedEvents + " must not be negative");
		}
		if (maxParkedBytes < 0) {
			throw new IllegalArgumentException("maxParkedBytes " + maxParkedBytes + " must not be negative");
		}
	}

	/**
	 * Blocks the key; parks pauses of 5 s and more, 1,000 events or 16 MiB per partition.
	 */
	public static RetrySettings defaults() {
		return new RetrySettings(RetryMode.BLOCK_KEY, Duration.ofSeconds(5), 1_000, 16L * 1024 * 1024);
	}

	public RetrySettings withMode(RetryMode value) {
		return new RetrySettings(value, this.parkAfter, this.maxParkedEvents, this.maxParkedBytes);
	}

	public RetrySettings withParkAfter(Duration value) {
		return new RetrySettings(this.mode, value, this.maxParkedEvents, this.maxParkedBytes);
	}

	public RetrySettings withMaxParkedEvents(int value) {
		return new RetrySettings(this.mode, this.parkAfter, value, this.maxParkedBytes);
	}

	public RetrySettings withMaxParkedBytes(long value) {
		return new RetrySettings(this.mode, this.parkAfter, this.maxParkedEvents, value);
	}

}
