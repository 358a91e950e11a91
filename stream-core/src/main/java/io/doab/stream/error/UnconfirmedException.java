package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * An event was published and is not known to be stored as it was asked for. Says what is
 * known of it. To publish it again is right in any case, <em>with the same id</em>.
 */
public final class UnconfirmedException extends RetriableException {

	private static final long serialVersionUID = 1L;

	private final Known known;

	/**
	 * Creates the exception.
	 * @param reason why, to which the message adds what is known of the event
	 */
	public UnconfirmedException(Known known, String reason, @Nullable Throwable cause) {
		super(reason + ": the event " + known.text, cause);
		this.known = known;
	}

	/** What is known of the event. */
	public Known known() {
		return this.known;
	}

	/** What can be known of an event that is not confirmed. */
	public enum Known {

		/** It was not sent, or refused: published again it is there once. */
		NOT_STORED("is not stored"),

		/**
		 * It was sent and nobody answered: published again it may be there twice, under
		 * one id.
		 */
		MAYBE_STORED("may be stored"),

		/**
		 * The leader has it, and fewer replicas than were asked for are known to: it is
		 * there, and a failover may lose it. Published again it is there twice, under one
		 * id.
		 */
		STORED_BY_LEADER("is stored by the leader, and not known to be on the replicas");

		private final String text;

		Known(String text) {
			this.text = text;
		}

	}

}
