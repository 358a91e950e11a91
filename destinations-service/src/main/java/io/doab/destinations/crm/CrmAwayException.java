package io.doab.destinations.crm;

import java.time.Duration;

import io.doab.stream.error.RetryAfter;

import org.jspecify.annotations.Nullable;

/**
 * The CRM takes no call at present, whatever the call: it cannot be reached, asks to be
 * left alone, or does not know us.
 */
final class CrmAwayException extends Exception implements RetryAfter {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	CrmAwayException(String message, Duration retryAfter, @Nullable Throwable cause) {
		super(message, cause);
		this.retryAfter = retryAfter;
	}

	CrmAwayException(String message, @Nullable Throwable cause) {
		this(message, Duration.ZERO, cause);
	}

	@Override
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
