package io.doab.payment.processing;

import io.doab.payment.money.Money;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code payments.processed}.
 *
 * @param reason why it was declined, or why it was refunded without being asked for
 * @param rule which fraud rule suspects it, when that is the reason
 * @param authorizationId what the gateway calls it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PaymentResult(String orderId, Money amount, PaymentInstruction.@Nullable Customer customer,
		@Nullable Card card, @Nullable String reason, @Nullable String rule, @Nullable String authorizationId) {

	/** The stream. */
	static final String STREAM = "payments.processed";

	static final String AUTHORIZED = "payment.authorized";

	static final String DECLINED = "payment.declined";

	static final String REFUNDED = "payment.refunded";

	/** What was paid with. */
	public record Card(String token, String last4, String brand) {
	}

	/**
	 * What was asked for is done.
	 * @param authorizationId null when no money was moved
	 */
	static PaymentResult done(PaymentInstruction payment, @Nullable String authorizationId) {
		return new PaymentResult(payment.orderId(), payment.amount(), payment.customer(), told(payment), null, null,
				authorizationId);
	}

	/** A part of a charge was given back, or could not be, without being asked for. */
	static PaymentResult ofCharge(String orderId, OrderPayment charge, Money amount, String reason) {
		return new PaymentResult(orderId, amount, charge.customer(), charge.card(), reason, null,
				charge.authorizationId());
	}

	static PaymentResult declined(PaymentInstruction payment, String reason, @Nullable String rule) {
		return new PaymentResult(payment.orderId(), payment.amount(), payment.customer(), told(payment), reason, rule,
				null);
	}

	static PaymentResult.@Nullable Card told(PaymentInstruction payment) {
		return (payment.card() != null) ? payment.card().told() : null;
	}

}
