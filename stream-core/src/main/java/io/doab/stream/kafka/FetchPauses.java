package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Which of the assigned inputs are not fetched at present. Goes by what the listener of
 * the consumer was told: what the consumer itself calls assigned can change at any time.
 * For the thread that polls, but for {@link #pause}, {@link #resume} and {@link #wakeup}.
 */
final class FetchPauses {

	private final Consumer<?, ?> consumer;

	/** The assigned inputs, and whether they are paused. */
	private final Map<TopicPartition, Boolean> assigned = new HashMap<>();

	/** The partition numbers whose owner has enough for now. */
	private final Set<Integer> full = ConcurrentHashMap.newKeySet();

	private final Semaphore signals = new Semaphore(0);

	FetchPauses(Consumer<?, ?> consumer) {
		this.consumer = consumer;
	}

	void pause(int partition) {
		this.full.add(partition);
	}

	void resume(int partition) {
		this.full.remove(partition);
		wakeup();
	}

	/** Ends a wait for room. */
	void wakeup() {
		this.signals.release();
	}

	/** Waits until an owner has room again, but not for long. */
	void awaitRoom(Duration limit) {
		try {
			if (this.signals.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
				this.signals.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Pauses what was assigned, until it is taken over. A position of any kind spares the
	 * broker a question for one.
	 */
	void assigned(Collection<TopicPartition> inputs) {
		this.consumer.pause(inputs);
		inputs.forEach((input) -> {
			this.consumer.seek(input, 0);
			this.assigned.put(input, true);
		});
	}

	void revoked(Collection<TopicPartition> inputs) {
		this.assigned.keySet().removeAll(inputs);
	}

	void clear() {
		this.assigned.clear();
		this.full.clear();
	}

	/**
	 * Fetches those inputs of owned partitions whose owner has room; returns whether that
	 * leaves any out.
	 */
	boolean apply(Set<Integer> owned) {
		Predicate<TopicPartition> wanted = (input) -> owned.contains(input.partition())
				&& !this.full.contains(input.partition());
		List<TopicPartition> resumed = this.assigned.entrySet()
			.stream()
			.filter((input) -> input.getValue() && wanted.test(input.getKey()))
			.map(Map.Entry::getKey)
			.toList();
		List<TopicPartition> paused = this.assigned.entrySet()
			.stream()
			.filter((input) -> !input.getValue() && !wanted.test(input.getKey()))
			.map(Map.Entry::getKey)
			.toList();
		if (!resumed.isEmpty()) {
			this.consumer.resume(resumed);
			resumed.forEach((input) -> this.assigned.put(input, false));
		}
		if (!paused.isEmpty()) {
			this.consumer.pause(paused);
			paused.forEach((input) -> this.assigned.put(input, true));
		}
		return this.assigned.containsValue(true);
	}

}
