package io.doab.destinations.mail;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What customers are told of.
 */
enum MailKind {

	AUTHORIZED("payment.authorized", "Your payment for order %s", Map.of(), Set.of()),

	DECLINED("payment.declined", "Your payment for order %s did not go through",
			Map.of("card_invalid", "The card number is not valid.", "card_expired", "The card has expired.",
					"insufficient_funds", "The bank did not approve the amount."),
			// Of the first payment the customer was told; the shop's mistakes are its own
			// affair.
			Set.of("already_paid", "refund_exceeds_charge", "currency_mismatch")),

	REFUNDED("payment.refunded", "Your refund for order %s", Map.of(), Set.of()),

	REJECTED("inventory.rejected", "We cannot deliver order %s",
			Map.of("out_of_stock", "Something that you ordered has just sold out.", "unknown_sku",
					"Something that you ordered is no longer sold."),
			// Was told of by the payment's own mail; there is no charge, or it comes
			// back.
			Set.of("payment_declined", "payment_timeout"));

	private static final Map<MailKind, String> OTHER_REASONS = Map.of(DECLINED, "The payment could not be approved.",
			REJECTED, "The order could not be prepared.");

	private final String type;

	private final String subject;

	@SuppressWarnings("ImmutableEnumChecker") // Map.of
	private final Map<String, String> reasons;

	@SuppressWarnings("ImmutableEnumChecker") // Set.of
	private final Set<String> silent;

	MailKind(String type, String subject, Map<String, String> reasons, Set<String> silent) {
		this.type = type;
		this.subject = subject;
		this.reasons = reasons;
		this.silent = silent;
	}

	/** The kind that tells of an event, or none when nobody is told of it. */
	static Optional<MailKind> of(String type, String reason) {
		for (MailKind kind : values()) {
			if (kind.type.equals(type)) {
				return kind.silent.contains(reason) ? Optional.empty() : Optional.of(kind);
			}
		}
		return Optional.empty();
	}

	/** The subject for an order, in one line whatever the order is called. */
	String subject(String order) {
		return this.subject.formatted(order.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " "));
	}

	/** A reason as customers read it. What the checks saw is not told. */
	String reason(String reason) {
		return this.reasons.getOrDefault(reason, OTHER_REASONS.getOrDefault(this, ""));
	}

	String template() {
		return name().toLowerCase(Locale.ROOT);
	}

}
