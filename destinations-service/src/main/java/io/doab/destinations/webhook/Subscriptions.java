package io.doab.destinations.webhook;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionOperations;

import tools.jackson.databind.JsonNode;

/**
 * All subscriptions, in memory and in the database. Matching asks no database. What this
 * instance changes it sees at once, what others change after the refresh interval. Safe
 * for use by many threads.
 */
final class Subscriptions implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Subscriptions.class);

	private final SubscriptionTable table;

	private final TransactionOperations transactions;

	private final Duration refreshInterval;

	private final Clock clock;

	private final Semaphore closed = new Semaphore(0);

	private volatile Map<String, Subscription> byId = Map.of();

	Subscriptions(SubscriptionTable table, TransactionOperations transactions, Duration refreshInterval, Clock clock) {
		this.table = table;
		this.transactions = transactions;
		this.refreshInterval = refreshInterval;
		this.clock = clock;
	}

	/**
	 * Reads them and keeps them fresh.
	 * @throws IllegalStateException when their secrets cannot be decrypted
	 */
	void start() {
		refresh();
		Thread.ofVirtual().name("webhook-subscriptions").start(this::keepFresh);
	}

	private void keepFresh() {
		int failures = 0;
		try {
			while (!this.closed.tryAcquire(this.refreshInterval.toNanos(), TimeUnit.NANOSECONDS)) {
				try {
					refresh();
					failures = 0;
				}
				catch (RuntimeException ex) {
					failures++;
					if (Integer.bitCount(failures) == 1) {
						logger.warn("Webhook subscriptions could not be read, attempt {}; those known go on: {}",
								failures, ex.getMessage());
					}
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Reads what others changed. */
	synchronized void refresh() {
		Map<String, Subscription> known = this.byId;
		Map<String, Long> versions = this.table.versions();
		boolean same = versions.size() == known.size() && versions.entrySet().stream().allMatch((version) -> {
			Subscription subscription = known.get(version.getKey());
			return subscription != null && subscription.version() == version.getValue();
		});
		if (!same) {
			Map<String, Subscription> all = new LinkedHashMap<>();
			this.table.all().forEach((subscription) -> all.put(subscription.id(), subscription));
			this.byId = all;
		}
	}

	/** Those that want an event. */
	List<Subscription> wanting(String type, JsonNode data) {
		return this.byId.values()
			.stream()
			.filter((subscription) -> !subscription.isDisabled() && subscription.terms().matches(type, data))
			.toList();
	}

	Collection<Subscription> all() {
		return this.byId.values();
	}

	/** One as it is known here. */
	Optional<Subscription> known(String id) {
		return Optional.ofNullable(this.byId.get(id));
	}

	/** One as it is stored. */
	Optional<Subscription> find(String id) {
		return this.table.find(id);
	}

	/**
	 * Adds one.
	 * @return whether there was room for it
	 */
	boolean add(Subscription subscription, int max) {
		boolean added = Boolean.TRUE.equals(this.transactions.execute((status) -> this.table.add(subscription, max)));
		refresh();
		return added;
	}

	/**
	 * Changes one, while nobody else does.
	 * @return the one that it has become, or empty when it is not there
	 */
	Optional<Subscription> update(String id, UnaryOperator<Subscription> change) {
		Optional<Subscription> updated = Optional
			.ofNullable(this.transactions.execute((status) -> updateWithin(id, change)));
		refresh();
		return updated;
	}

	/**
	 * The same within a transaction of the caller, who calls {@link #refresh} after it.
	 */
	@Nullable Subscription updateWithin(String id, UnaryOperator<Subscription> change) {
		@Nullable Subscription before = this.table.findForUpdate(id).orElse(null);
		if (before == null) {
			return null;
		}
		Subscription changed = change.apply(before);
		if (changed.equals(before)) {
			return before;
		}
		Subscription next = changed.changed(this.clock.instant());
		this.table.update(next);
		return next;
	}

	/** Removes one and all its deliveries. */
	boolean remove(String id) {
		boolean removed = Boolean.TRUE.equals(this.transactions.execute((status) -> this.table.remove(id)));
		refresh();
		return removed;
	}

	@Override
	public void close() {
		this.closed.release();
	}

}
