package io.doab.benchmarks.harness;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/**
 * Events on their way, at a steady rate: sent when it is their time, whether or not those
 * before have arrived, and counted from when they were to be sent. The sink's thread
 * records, the sender's thread waits.
 */
final class Flight {

	private static final double NANOS_PER_MICRO = 1e3;

	private final AtomicLongArray due;

	private final int warming;

	private final AtomicInteger arrived = new AtomicInteger();

	private final Histogram histogram = new Histogram(3);

	Flight(int events, int warming) {
		this.due = new AtomicLongArray(events);
		this.warming = warming;
	}

	/**
	 * Sends events at a rate, the first one at once.
	 * @param from the number of the first one
	 * @param to the number behind the last one
	 */
	void send(Workbench.Sender sender, int from, int to, int eventsPerSecond) {
		double interval = 1e9 / eventsPerSecond;
		long began = System.nanoTime();
		for (int number = from; number < to; number++) {
			long time = began + (long) ((number - from) * interval);
			while (System.nanoTime() < time) {
				LockSupport.parkNanos(time - System.nanoTime());
			}
			this.due.set(number, time);
			sender.send(number);
		}
	}

	/** How many have arrived. */
	int arrived() {
		return this.arrived.get();
	}

	/** One has arrived. */
	void arrived(int number) {
		long now = System.nanoTime();
		if (number >= this.warming) {
			this.histogram.recordValue(Math.max(0, now - this.due.get(number)));
		}
		this.arrived.incrementAndGet();
	}

	Measured.Latency latency() {
		return new Measured.Latency(percentile(50), percentile(99), percentile(99.9),
				this.histogram.getMaxValue() / NANOS_PER_MICRO);
	}

	private double percentile(double percentile) {
		return this.histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
	}

}
