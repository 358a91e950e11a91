package io.doab.destinations.webhook;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * A subscription as it is shown.
 *
 * @param secret shown once, when it is new
 * @param waiting how many of its deliveries wait, where one is asked for
 * @param dead how many were given up
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SubscriptionView(String id, String url, List<String> eventTypes, List<DataCondition> filter,
		@Nullable String description, boolean ordered, boolean enabled, String status, @Nullable String reason,
		Instant since, int failures, @Nullable Instant nextProbeAt, @Nullable Instant previousSecretUntil,
		Instant createdAt, Instant updatedAt, @Nullable Long waiting, @Nullable Long dead, @Nullable String secret) {

	static SubscriptionView of(Subscription subscription) {
		return of(subscription, null, null, null);
	}

	/** With the secret in it. */
	static SubscriptionView withSecret(Subscription subscription) {
		return of(subscription, null, null, subscription.secrets().current().text());
	}

	static SubscriptionView withCounts(Subscription subscription, long waiting, long dead) {
		return of(subscription, waiting, dead, null);
	}

	private static SubscriptionView of(Subscription subscription, @Nullable Long waiting, @Nullable Long dead,
			@Nullable String secret) {
		SubscriptionTerms terms = subscription.terms();
		EndpointState state = subscription.state();
		return new SubscriptionView(subscription.id(), terms.url().toString(),
				terms.eventTypes().stream().map(EventTypePattern::text).toList(), terms.filter(), terms.description(),
				terms.ordered(), !subscription.isDisabled(), state.status().text(), state.reason(), state.since(),
				state.failures(), state.probeAt(), subscription.secrets().previousUntil(), subscription.createdAt(),
				subscription.updatedAt(), waiting, dead, secret);
	}

	@Override
	public String toString() {
		return "SubscriptionView[id=" + this.id + "]";
	}

}
