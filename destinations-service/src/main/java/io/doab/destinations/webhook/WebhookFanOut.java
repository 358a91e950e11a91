package io.doab.destinations.webhook;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.Event;
import io.doab.stream.EventIds;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;

import tools.jackson.databind.JsonNode;

/**
 * From an event to a delivery per subscription that wants it. The id of a delivery
 * follows from the event's and the subscription's, so that an event that is read again
 * adds none.
 */
final class WebhookFanOut {

	private final Subscriptions subscriptions;

	private final DeliveryTable table;

	private final TransactionOperations transactions;

	private final Envelope envelope;

	private final Deliveries deliveries;

	private final Clock clock;

	WebhookFanOut(Subscriptions subscriptions, DeliveryTable table, TransactionOperations transactions,
			Envelope envelope, Deliveries deliveries, Clock clock) {
		this.subscriptions = subscriptions;
		this.table = table;
		this.transactions = transactions;
		this.envelope = envelope;
		this.deliveries = deliveries;
		this.clock = clock;
	}

	/** Starts to deliver what is there. */
	void start() {
		this.deliveries.start();
	}

	/** Stores the deliveries of all these events, or none. */
	void accept(List<Event<JsonNode>> events) {
		List<NewDelivery> added = new ArrayList<>();
		for (Event<JsonNode> event : events) {
			List<Subscription> wanting = this.subscriptions.wanting(event.type(), event.data());
			if (!wanting.isEmpty()) {
				byte[] body = this.envelope.of(event);
				wanting.forEach((subscription) -> added.add(delivery(subscription, event, body)));
			}
		}
		if (added.isEmpty()) {
			return;
		}
		this.transactions.executeWithoutResult((status) -> this.table.add(added, this.clock.instant()));
		Set<String> subscribers = added.stream().map(NewDelivery::subscription).collect(Collectors.toSet());
		this.deliveries.wake(subscribers);
	}

	private static NewDelivery delivery(Subscription subscription, Event<JsonNode> event, byte[] body) {
		@Nullable String key = event.key();
		return new NewDelivery(subscription.id(), "msg_" + EventIds.derive("webhook", event.id(), subscription.id()),
				storable(event.type()), (subscription.terms().ordered() && key != null) ? storable(key) : null, body);
	}

	/** PostgreSQL has no text with a zero character. */
	private static String storable(String text) {
		return text.replace('\0', '\uFFFD');
	}

}
