package io.doab.destinations.webhook;

import java.time.Instant;
import java.util.List;

import io.doab.destinations.webhook.call.SigningSecret;

import org.jspecify.annotations.Nullable;

/**
 * What deliveries of a subscription are signed with: the current secret, and for a while
 * the one before it, so that a receiver can change over without losing any.
 *
 * @param previous null when there is none
 * @param previousUntil when the previous one ends
 */
record SigningSecrets(SigningSecret current, @Nullable SigningSecret previous, @Nullable Instant previousUntil) {

	static SigningSecrets of(SigningSecret secret) {
		return new SigningSecrets(secret, null, null);
	}

	/** Those that a delivery is signed with now. */
	List<SigningSecret> valid(Instant now) {
		boolean both = this.previous != null && this.previousUntil != null && now.isBefore(this.previousUntil);
		return (both && this.previous != null) ? List.of(this.current, this.previous) : List.of(this.current);
	}

	/** Another secret; the current one stays valid beside it until an instant. */
	SigningSecrets rotated(SigningSecret next, Instant until) {
		return new SigningSecrets(next, this.current, until);
	}

}
