package io.doab.destinations.webhook;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link DeliveryWorker} for each subscription that has something to deliver and
 * whose turn this instance has. Its one thread takes turns, renews them in a third of
 * their length, and sleeps meanwhile.
 */
final class Deliveries implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Deliveries.class);

	private final DeliveryTurns turns;

	private final DeliveryWorker.Means means;

	private final Duration closeLimit;

	private final Map<String, DeliveryWorker> workers = new ConcurrentHashMap<>();

	private final Semaphore wakeups = new Semaphore(0);

	private @Nullable Thread thread;

	private volatile boolean closed;

	private long renewedAt = System.nanoTime();

	private int failures;

	/**
	 * Creates them, not yet at work.
	 * @param closeLimit how long {@link #close} waits for attempts that are under way
	 */
	Deliveries(DeliveryTurns turns, DeliveryWorker.Means means, Duration closeLimit) {
		this.turns = turns;
		this.means = means;
		this.closeLimit = closeLimit;
	}

	synchronized void start() {
		if (this.thread == null && !this.closed) {
			this.thread = Thread.ofVirtual().name("webhook-deliveries").start(this::run);
		}
	}

	/** Something of these subscriptions is due. */
	void wake(Collection<String> subscriptions) {
		boolean unknown = false;
		for (String subscription : subscriptions) {
			@Nullable DeliveryWorker worker = this.workers.get(subscription);
			unknown |= worker == null;
			if (worker != null) {
				worker.wake();
			}
		}
		if (unknown) {
			this.wakeups.release();
		}
	}

	private void run() {
		while (!this.closed) {
			this.wakeups.drainPermits();
			step();
			try {
				var _ = this.wakeups.tryAcquire(this.means.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private void step() {
		try {
			renew();
			long before = System.nanoTime();
			for (String subscription : this.turns.take(this.means.clock().instant())) {
				begin(subscription, before + this.turns.length().toNanos());
			}
			this.failures = 0;
		}
		catch (RuntimeException ex) {
			this.failures++;
			if (Integer.bitCount(this.failures) == 1) {
				logger.warn("Webhook deliveries could not be looked for, attempt {}; they wait: {}", this.failures,
						ex.getMessage());
			}
		}
	}

	private void renew() {
		long before = System.nanoTime();
		if (this.workers.isEmpty() || before - this.renewedAt < this.turns.length().toNanos() / 3) {
			return;
		}
		Set<String> held = new HashSet<>(this.turns.renew(this.workers.keySet()));
		this.renewedAt = before;
		this.workers.forEach((subscription, worker) -> worker.turn()
			.renew(held.contains(subscription) ? before + this.turns.length().toNanos() : before));
	}

	private void begin(String subscription, long until) {
		DeliveryWorker worker = new DeliveryWorker(subscription, new DeliveryWorker.Turn(until), this.means);
		@Nullable DeliveryWorker present = this.workers.putIfAbsent(subscription, worker);
		if (present != null) {
			// Its turn had ended while it waited for an attempt: it has one again.
			present.turn().renew(until);
			return;
		}
		Thread.ofVirtual().name("webhook-worker").start(() -> run(subscription, worker));
	}

	private void run(String subscription, DeliveryWorker worker) {
		try {
			worker.run();
		}
		finally {
			// Before the turn is given up: whoever takes it next begins with another.
			this.workers.remove(subscription, worker);
		}
		try {
			this.turns.giveUp(subscription);
		}
		catch (RuntimeException ex) {
			logger.warn("The turn of webhook subscription {} ends by itself: {}", subscription, ex.getMessage());
		}
	}

	/** Waits for what is under way, and lets others go on. */
	@Override
	public void close() {
		List<DeliveryWorker> running;
		synchronized (this) {
			this.closed = true;
			running = List.copyOf(this.workers.values());
		}
		this.wakeups.release();
		running.forEach(DeliveryWorker::stop);
		long end = System.nanoTime() + this.closeLimit.toNanos();
		try {
			if (this.thread != null) {
				var _ = this.thread.join(this.closeLimit);
			}
			while (!this.workers.isEmpty() && System.nanoTime() < end) {
				this.workers.values().forEach(DeliveryWorker::stop);
				var _ = this.wakeups.tryAcquire(20, TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
