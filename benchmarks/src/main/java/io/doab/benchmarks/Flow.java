package io.doab.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;

/**
 * A steady trickle of events to every partition of a stream, and a processor of another
 * group that notes when their outputs come: so the time during which a partition stands
 * still can be read off, to the interval of the trickle.
 */
final class Flow implements AutoCloseable {

	private static final Duration STEADY = Duration.ofSeconds(2);

	private static final Duration CALM = Duration.ofMillis(250);

	private static final Duration STEADY_LIMIT = Duration.ofSeconds(20);

	private final String in;

	private final List<String> keys;

	private final long intervalNanos;

	private final Application source;

	private final Application watcher;

	private final Thread publishing;

	private final AtomicBoolean stopped = new AtomicBoolean();

	/** When the last output of each partition came. */
	private final long[] last;

	/** The longest time without an output of each partition since {@link #mark}. */
	private final long[] longest;

	Flow(BackendFixture fixture, String in, String out, int partitions, long intervalNanos) {
		this.in = in;
		this.intervalNanos = intervalNanos;
		this.keys = keys(partitions);
		this.last = new long[partitions];
		this.longest = new long[partitions];
		this.source = new Application(fixture, Network.ONE, partitions);
		this.watcher = new Application(fixture, Network.ONE, partitions);
		this.watcher.start(ProcessorDefinition.named("watch-" + out).on(out, Item.class, (event, context) -> {
			note(Partitioner.partition(event.data().key(), partitions));
		}).build());
		this.publishing = Thread.ofPlatform().daemon().name("trickle").start(this::publish);
	}

	/** A key of each partition. */
	private static List<String> keys(int partitions) {
		List<String> keys = new ArrayList<>();
		for (int partition = 0; partition < partitions; partition++) {
			int wanted = partition;
			keys.add(IntStream.iterate(0, (i) -> i + 1)
				.mapToObj((i) -> "flow" + i)
				.filter((key) -> Partitioner.partition(key, partitions) == wanted)
				.findFirst()
				.orElseThrow());
		}
		return keys;
	}

	private void publish() {
		int number = 0;
		long next = System.nanoTime();
		while (!this.stopped.get()) {
			for (String key : this.keys) {
				var _ = this.source.publisher().publish(this.in, Item.event(key, number));
			}
			number++;
			next += this.intervalNanos;
			LockSupport.parkNanos(next - System.nanoTime());
		}
	}

	private synchronized void note(int partition) {
		long now = System.nanoTime();
		if (this.last[partition] != 0) {
			this.longest[partition] = Math.max(this.longest[partition], now - this.last[partition]);
		}
		this.last[partition] = now;
	}

	/** Waits until outputs of all partitions come. */
	void awaitFlowing() {
		Waiting.until("all partitions flow", () -> {
			synchronized (this) {
				for (long at : this.last) {
					if (System.nanoTime() - at > 1_000_000_000L) {
						return false;
					}
				}
				return true;
			}
		});
	}

	/**
	 * Waits until outputs of all partitions have come without a pause for a while: the
	 * first writes to new partitions wait for the server's disk.
	 */
	void awaitSteady() {
		awaitFlowing();
		long limit = System.nanoTime() + STEADY_LIMIT.toNanos();
		do {
			long began = mark();
			Waiting.until("a while is over", () -> System.nanoTime() - began > STEADY.toNanos());
		}
		while (longestStandstillMillis() > CALM.toMillis() && System.nanoTime() < limit);
	}

	/** From now on the longest times count. */
	synchronized long mark() {
		long now = System.nanoTime();
		for (int partition = 0; partition < this.longest.length; partition++) {
			this.longest[partition] = 0;
		}
		return now;
	}

	/** Waits until each partition gave an output after it stood still. */
	void awaitAllAfter(long nanos) {
		Waiting.until("all partitions go on", () -> {
			synchronized (this) {
				for (long at : this.last) {
					if (at - nanos < 0) {
						return false;
					}
				}
				return true;
			}
		});
	}

	/** How long the partition that stood still longest did. */
	synchronized long longestStandstillMillis() {
		long longestOfAll = 0;
		for (long each : this.longest) {
			longestOfAll = Math.max(longestOfAll, each);
		}
		return longestOfAll / 1_000_000;
	}

	@Override
	public void close() {
		this.stopped.set(true);
		try {
			this.publishing.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.watcher.close();
		this.source.close();
	}

}
