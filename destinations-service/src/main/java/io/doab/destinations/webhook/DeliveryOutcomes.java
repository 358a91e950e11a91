package io.doab.destinations.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.doab.destinations.webhook.call.CallOutcome;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Stores what came of attempts, and what follows from it for the endpoint: in one
 * transaction, so that both are known or none.
 */
final class DeliveryOutcomes {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryOutcomes.class);

	private static final String GONE = "the receiver answered 410 (Gone)";

	private final Subscriptions subscriptions;

	private final DeliveryTable deliveries;

	private final TransactionOperations transactions;

	private final RetrySchedule schedule;

	private final PauseRules pauses;

	private final WebhookMeters meters;

	private final Clock clock;

	DeliveryOutcomes(Subscriptions subscriptions, DeliveryTable deliveries, TransactionOperations transactions,
			WebhookProperties properties, WebhookMeters meters, Clock clock) {
		this.subscriptions = subscriptions;
		this.deliveries = deliveries;
		this.transactions = transactions;
		this.schedule = properties.retry().schedule();
		this.pauses = properties.pause().rules();
		this.meters = meters;
		this.clock = clock;
	}

	/**
	 * Stores the outcomes of attempts of one subscription, in the order in which they
	 * ended.
	 */
	void store(Subscription known, List<Attempt> attempts) {
		Instant now = this.clock.instant();
		List<Attempt> accepted = attempts.stream()
			.filter((attempt) -> attempt.outcome() instanceof CallOutcome.Accepted)
			.toList();
		boolean changesNothing = accepted.size() == attempts.size()
				&& known.state().succeeded(now).equals(known.state());
		@Nullable Subscription after = this.transactions.execute((status) -> {
			if (!accepted.isEmpty()) {
				this.deliveries.delivered(accepted, now);
			}
			attempts.forEach((attempt) -> storeFailure(attempt, now));
			return changesNothing ? known : this.subscriptions.updateWithin(known.id(), (subscription) -> {
				Subscription next = subscription.with(follow(subscription.state(), attempts, now));
				if (isBack(subscription, next)) {
					this.deliveries.hurry(known.id(), now);
				}
				return next;
			});
		});
		attempts.forEach((attempt) -> this.meters.called(attempt.outcome()));
		if (!changesNothing) {
			this.subscriptions.refresh();
			if (after != null && after.state().status() != known.state().status()) {
				tell(after);
			}
		}
	}

	private void storeFailure(Attempt attempt, Instant now) {
		Delivery delivery = attempt.delivery();
		switch (attempt.outcome()) {
			case CallOutcome.Accepted _ -> {
			}
			// It waits, in case somebody enables the subscription again.
			case CallOutcome.Gone gone ->
				this.deliveries.failed(delivery, delivery.attempts(), gone.status(), GONE, now, now);
			case CallOutcome.Failed failed -> {
				int attempts = delivery.attempts() + (attempt.probe() ? 0 : 1);
				@Nullable Duration pause = attempt.probe() ? this.schedule.lastOr(attempts + 1)
						: this.schedule.after(attempts).orElse(null);
				Instant due = (pause != null) ? now.plus(longer(pause, failed.retryAfter())) : null;
				this.deliveries.failed(delivery, attempts, failed.status(), failed.reason(), now, due);
				if (due == null) {
					this.meters.dead(1);
					logger.warn("Webhook delivery {} is given up after {} attempts: {}", delivery.id(), attempts,
							failed.reason());
				}
			}
		}
	}

	private static Duration longer(Duration pause, @Nullable Duration asked) {
		return (asked != null && asked.compareTo(pause) > 0) ? asked : pause;
	}

	private EndpointState follow(EndpointState state, List<Attempt> attempts, Instant now) {
		EndpointState next = state;
		for (Attempt attempt : attempts) {
			next = switch (attempt.outcome()) {
				case CallOutcome.Accepted _ -> next.succeeded(now);
				case CallOutcome.Gone _ -> EndpointState.disabled(GONE, now);
				case CallOutcome.Failed failed -> next.failed(failed.reason(), attempt.probe(), now, this.pauses);
			};
		}
		return next;
	}

	private static boolean isBack(Subscription before, Subscription after) {
		return before.state().status() == EndpointState.Status.PAUSED
				&& after.state().status() == EndpointState.Status.ACTIVE;
	}

	private static void tell(Subscription subscription) {
		EndpointState state = subscription.state();
		switch (state.status()) {
			case ACTIVE -> logger.info("Webhook {} is active again", subscription);
			case PAUSED ->
				logger.warn("Webhook {} is paused after {} failed attempts, the last: {}. Its deliveries wait",
						subscription, state.failures(), state.reason());
			case DISABLED -> logger.warn("Webhook {} is disabled: {}", subscription, state.reason());
		}
	}

}
