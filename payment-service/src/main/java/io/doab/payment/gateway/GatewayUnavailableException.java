package io.doab.payment.gateway;

import org.jspecify.annotations.Nullable;

/**
 * The gateway is away, overloaded, or set up wrongly, or its answer was lost: nothing is
 * known of the payment. The same call, with the same idempotency key, later.
 */
public final class GatewayUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Kind kind;

	GatewayUnavailableException(Kind kind, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.kind = kind;
	}

	Kind kind() {
		return this.kind;
	}

	/** Whether a failure says that the gateway is away, and nothing about the payment. */
	public static boolean isCauseOf(Exception failure) {
		return failure instanceof GatewayUnavailableException;
	}

	/** Why it is not available. */
	enum Kind {

		/** It failed this time: a quick second attempt may do. */
		MOMENTARY,

		/** It wants to be left alone, or somebody has to mend something. */
		LASTING,

		/**
		 * It was not asked, not waited for, or has the same call under way: that says
		 * nothing about how it is.
		 */
		UNRELATED

	}

}
