package io.doab.destinations.mail;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an order's customer, as state.
 *
 * @param known whether the order's payment was seen
 * @param email its customer's address, or null when there is none
 * @param waiting mails that came before the address
 */
record Recipient(boolean known, @Nullable String email, List<MailContent> waiting) {

	/** Of an order: rejected, and in theory once more. */
	private static final int MAX_WAITING = 10;

	Recipient {
		waiting = List.copyOf(waiting);
	}

	static Recipient unknown() {
		return new Recipient(false, null, List.of());
	}

	/** With one that waits more, once. */
	Recipient withWaiting(MailContent content) {
		if (this.waiting.contains(content) || this.waiting.size() >= MAX_WAITING) {
			return this;
		}
		return new Recipient(this.known, this.email, Stream.concat(this.waiting.stream(), Stream.of(content)).toList());
	}

}
