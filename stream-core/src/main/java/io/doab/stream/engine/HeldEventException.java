package io.doab.stream.engine;

import io.doab.stream.HeldEvent;

/**
 * An event that was held failed, and not the one that resumed it. Never leaves the
 * engine.
 */
final class HeldEventException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient HeldEvent held;

	private final Exception failure;

	private HeldEventException(HeldEvent held, Exception failure) {
		super(failure);
		this.held = held;
		this.failure = failure;
	}

	/** What happened to the innermost event of all that are being resumed. */
	static HeldEventException of(HeldEvent held, Exception failure) {
		return (failure instanceof HeldEventException inner) ? inner : new HeldEventException(held, failure);
	}

	HeldEvent held() {
		return this.held;
	}

	Exception failure() {
		return this.failure;
	}

}
