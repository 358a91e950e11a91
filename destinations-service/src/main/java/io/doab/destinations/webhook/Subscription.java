package io.doab.destinations.webhook;

import java.time.Instant;

/**
 * A subscription, as it is stored.
 *
 * @param version grows with each change
 */
record Subscription(String id, SubscriptionTerms terms, SigningSecrets secrets, EndpointState state, Instant createdAt,
		Instant updatedAt, long version) {

	boolean isDisabled() {
		return this.state.status() == EndpointState.Status.DISABLED;
	}

	Subscription with(SubscriptionTerms value) {
		return new Subscription(this.id, value, this.secrets, this.state, this.createdAt, this.updatedAt, this.version);
	}

	Subscription with(SigningSecrets value) {
		return new Subscription(this.id, this.terms, value, this.state, this.createdAt, this.updatedAt, this.version);
	}

	Subscription with(EndpointState value) {
		return new Subscription(this.id, this.terms, this.secrets, value, this.createdAt, this.updatedAt, this.version);
	}

	/** The next version of it. */
	Subscription changed(Instant now) {
		return new Subscription(this.id, this.terms, this.secrets, this.state, this.createdAt, now, this.version + 1);
	}

	@Override
	public String toString() {
		return "subscription " + this.id + " to " + this.terms.loggedUrl();
	}

}
