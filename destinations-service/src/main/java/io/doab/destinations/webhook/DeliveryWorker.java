package io.doab.destinations.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.destinations.webhook.call.CallOutcome;
import io.doab.destinations.webhook.call.WebhookCall;
import io.doab.destinations.webhook.call.WebhookCalls;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers for one subscription, while this instance has the turn.
 *
 * <p>
 * One thread decides and talks to the database: it stores what attempts came to, and
 * starts as many as there is room for; while all goes well it starts them first, from
 * what was read ahead. Each attempt has a virtual thread of its own, which does nothing
 * but call. So a slow endpoint holds a few threads of its own and nobody else's, and of a
 * key no two deliveries are under way: the second is not given out by the table before
 * the end of the first is stored.
 *
 * <p>
 * An attempt begins only while the turn is held. One that ends after the turn was lost is
 * stored all the same, as it is true; whoever has the turn by then may have made it once
 * more, under the same webhook-id.
 */
final class DeliveryWorker implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryWorker.class);

	private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

	/** So many times the attempts that may be under way are read at once. */
	private static final int READ_AHEAD = 4;

	private final String subscription;

	private final Means means;

	private final Semaphore wakeups = new Semaphore(0);

	private final Queue<Attempt> ended = new ConcurrentLinkedQueue<>();

	private final List<Attempt> unstored = new ArrayList<>();

	/** Deliveries of different keys that were read and not tried. */
	private final Queue<Delivery> ready = new ArrayDeque<>();

	/** Positions of all that was read and whose end is not stored. */
	private final Set<Long> underWay = new HashSet<>();

	private int calling;

	private final Turn turn;

	private volatile boolean stopping;

	private long idleSince = System.nanoTime();

	private int failures;

	DeliveryWorker(String subscription, Turn turn, Means means) {
		this.subscription = subscription;
		this.turn = turn;
		this.means = means;
	}

	Turn turn() {
		return this.turn;
	}

	/** There may be something to do. */
	void wake() {
		this.wakeups.release();
	}

	/** Begins nothing more, and ends when what is under way has ended. */
	void stop() {
		this.stopping = true;
		wake();
	}

	@Override
	public void run() {
		try {
			while (!this.underWay.isEmpty() || (this.turn.isHeld() && !this.stopping && !isIdle())) {
				this.wakeups.drainPermits();
				step();
				await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void step() throws InterruptedException {
		try {
			boolean well = collect();
			if (well) {
				this.means.subscriptions().known(this.subscription).ifPresent(this::callNext);
			}
			this.means.database().acquire();
			try {
				store();
				begin();
			}
			finally {
				this.means.database().release();
			}
			this.failures = 0;
		}
		catch (RuntimeException ex) {
			this.failures++;
			if (Integer.bitCount(this.failures) == 1) {
				logger.warn("Webhook deliveries of subscription {} wait, attempt {}: {}", this.subscription,
						this.failures, ex.getMessage());
			}
		}
	}

	/** Takes in what ended; returns whether all that is not stored yet arrived. */
	private boolean collect() {
		for (Attempt attempt = this.ended.poll(); attempt != null; attempt = this.ended.poll()) {
			this.calling--;
			this.unstored.add(attempt);
		}
		return this.unstored.stream().allMatch((attempt) -> attempt.outcome() instanceof CallOutcome.Accepted);
	}

	private void store() {
		if (this.unstored.isEmpty()) {
			return;
		}
		@Nullable Subscription known = this.means.subscriptions().known(this.subscription).orElse(null);
		if (known != null) {
			this.means.outcomes().store(known, List.copyOf(this.unstored));
		}
		this.unstored.forEach((attempt) -> this.underWay.remove(attempt.delivery().position()));
		this.unstored.clear();
	}

	private void begin() {
		@Nullable Subscription known = this.means.subscriptions().known(this.subscription).orElse(null);
		EndpointState.Status status = (known != null) ? known.state().status() : EndpointState.Status.DISABLED;
		if (known == null || !mayCall() || status != EndpointState.Status.ACTIVE) {
			this.ready.forEach((delivery) -> this.underWay.remove(delivery.position()));
			this.ready.clear();
		}
		if (known == null || !mayCall()) {
			return;
		}
		Instant now = this.means.clock().instant();
		if (status == EndpointState.Status.ACTIVE) {
			if (this.ready.size() < this.means.maxInFlight()) {
				this.means.deliveries()
					.due(this.subscription, now, this.underWay, READ_AHEAD * this.means.maxInFlight())
					.forEach(this::add);
			}
			callNext(known);
		}
		else if (this.underWay.isEmpty() && known.state().isProbeDue(now)) {
			this.means.deliveries().next(this.subscription).forEach((delivery) -> {
				this.underWay.add(delivery.position());
				call(known, delivery, true);
			});
		}
	}

	private void add(Delivery delivery) {
		this.underWay.add(delivery.position());
		this.ready.add(delivery);
	}

	private void callNext(Subscription known) {
		boolean active = known.state().status() == EndpointState.Status.ACTIVE;
		while (active && this.calling < this.means.maxInFlight() && !this.ready.isEmpty() && mayCall()) {
			call(known, this.ready.remove(), false);
		}
	}

	private boolean mayCall() {
		return !this.stopping && this.turn.isHeld();
	}

	private void call(Subscription known, Delivery delivery, boolean probe) {
		this.calling++;
		WebhookCall call = new WebhookCall(known.terms().url(), delivery.id(), delivery.body(),
				known.secrets().valid(this.means.clock().instant()));
		Thread.ofVirtual().name("webhook-call").start(() -> {
			CallOutcome outcome = this.means.calls().call(call);
			this.ended.add(new Attempt(delivery, probe, outcome));
			wake();
		});
	}

	private void await() throws InterruptedException {
		if (!this.underWay.isEmpty()) {
			this.idleSince = System.nanoTime();
		}
		var _ = this.wakeups.tryAcquire(this.means.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
	}

	private boolean isIdle() {
		return System.nanoTime() - this.idleSince > LONGEST_IDLE.toNanos();
	}

	/**
	 * What all workers of an instance share.
	 *
	 * @param database how many of them may ask it at once, so that they leave connections
	 * to others
	 */
	record Means(Subscriptions subscriptions, DeliveryTable deliveries, DeliveryOutcomes outcomes, WebhookCalls calls,
			Clock clock, int maxInFlight, Duration pollInterval, Semaphore database) {

	}

	/**
	 * Until when the turn is held, as far as this instance knows. Safe for many threads.
	 */
	static final class Turn {

		private volatile long until;

		/**
		 * A turn.
		 * @param until when it ends, by {@link System#nanoTime()}
		 */
		Turn(long until) {
			this.until = until;
		}

		void renew(long until) {
			this.until = until;
		}

		boolean isHeld() {
			return System.nanoTime() - this.until < 0;
		}

	}

}
