package io.doab.destinations.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up deliveries that have waited for too long, forgets those that ended long ago,
 * and counts those that wait. Every instance does so; none is in another's way.
 */
final class DeliveryKeeping implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryKeeping.class);

	private static final Duration INTERVAL = Duration.ofSeconds(15);

	private static final int AT_ONCE = 1_000;

	private final DeliveryTable deliveries;

	private final WebhookProperties properties;

	private final WebhookMeters meters;

	private final Clock clock;

	private final Semaphore closed = new Semaphore(0);

	DeliveryKeeping(DeliveryTable deliveries, WebhookProperties properties, WebhookMeters meters, Clock clock) {
		this.deliveries = deliveries;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
	}

	void start() {
		Thread.ofVirtual().name("webhook-keeping").start(this::run);
	}

	private void run() {
		try {
			do {
				try {
					keep();
				}
				catch (RuntimeException ex) {
					logger.debug("Webhook deliveries could not be looked after: {}", ex.getMessage());
				}
			}
			while (!this.closed.tryAcquire(INTERVAL.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Does it once. */
	void keep() {
		Instant now = this.clock.instant();
		WebhookProperties.Keep keep = this.properties.keep();
		int dead = repeat(() -> this.deliveries.giveUp(now.minus(this.properties.retry().giveUpAfter()), now, AT_ONCE));
		if (dead > 0) {
			this.meters.dead(dead);
			logger.warn("{} webhook deliveries are given up: they had waited for {}", dead,
					this.properties.retry().giveUpAfter());
		}
		repeat(() -> this.deliveries.forget(DeliveryStatus.DELIVERED, now.minus(keep.delivered()), AT_ONCE));
		repeat(() -> this.deliveries.forget(DeliveryStatus.DEAD, now.minus(keep.dead()), AT_ONCE));
		this.meters.waiting(this.deliveries.waiting());
	}

	private static int repeat(IntSupplier some) {
		int all = 0;
		int count;
		do {
			count = some.getAsInt();
			all += count;
		}
		while (count == AT_ONCE);
		return all;
	}

	@Override
	public void close() {
		this.closed.release();
	}

}
