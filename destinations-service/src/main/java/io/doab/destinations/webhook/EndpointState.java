package io.doab.destinations.webhook;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Whether deliveries go to an endpoint, and how it did of late.
 *
 * <p>
 * Active until it fails too often in a row, or for too long; then paused. While it is
 * paused its deliveries wait, and from time to time one of them is tried (a probe): the
 * first that arrives makes it active. Disabled, which the subscriber or an answer 410
 * does, it is not called until somebody enables it.
 *
 * @param reason why it is not active, or null
 * @param since when the status began
 * @param failures how many attempts failed in a row
 * @param failingSince when the first of these failed, or null
 * @param probes how many probes failed
 * @param probeAt when the next probe is due, or null when it is not paused
 */
record EndpointState(Status status, @Nullable String reason, Instant since, int failures,
		@Nullable Instant failingSince, int probes, @Nullable Instant probeAt) {

	/** Fewer failures are no outage, however far they are apart. */
	private static final int LEAST_FAILURES = 3;

	/** An endpoint that nothing is known of. */
	static EndpointState active(Instant now) {
		return new EndpointState(Status.ACTIVE, null, now, 0, null, 0, null);
	}

	static EndpointState disabled(String reason, Instant now) {
		return new EndpointState(Status.DISABLED, reason, now, 0, null, 0, null);
	}

	/** An attempt arrived. */
	EndpointState succeeded(Instant now) {
		return switch (this.status) {
			case ACTIVE -> (this.failures == 0) ? this : active(this.since);
			case PAUSED -> active(now);
			case DISABLED -> this;
		};
	}

	/**
	 * An attempt failed.
	 * @param probe whether it was made to see whether the endpoint is back
	 */
	EndpointState failed(String why, boolean probe, Instant now, PauseRules rules) {
		int count = this.failures + 1;
		Instant first = (this.failingSince != null) ? this.failingSince : now;
		return switch (this.status) {
			case ACTIVE -> {
				boolean tooLong = count >= LEAST_FAILURES && !first.plus(rules.after()).isAfter(now);
				yield (count >= rules.afterFailures() || tooLong)
						? new EndpointState(Status.PAUSED, why, now, count, first, 0, now.plus(rules.probeDelay(0)))
						: new EndpointState(Status.ACTIVE, null, this.since, count, first, 0, null);
			}
			case PAUSED ->
				new EndpointState(Status.PAUSED, why, this.since, count, first, probe ? this.probes + 1 : this.probes,
						probe ? now.plus(rules.probeDelay(this.probes + 1)) : this.probeAt);
			case DISABLED -> this;
		};
	}

	boolean isProbeDue(Instant now) {
		return this.status == Status.PAUSED && (this.probeAt == null || !this.probeAt.isAfter(now));
	}

	/** What deliveries do. */
	enum Status {

		/** They are made. */
		ACTIVE,

		/** They wait. */
		PAUSED,

		/** Those that are there wait, and there will be no more. */
		DISABLED;

		String text() {
			return name().toLowerCase(Locale.ROOT);
		}

		static Status of(String text) {
			return valueOf(text.toUpperCase(Locale.ROOT));
		}

	}

}
