package io.doab.payment.processing;

import java.util.Optional;

import io.doab.payment.money.Money;

import org.jspecify.annotations.Nullable;

/**
 * The charge of an order and what was given back of it: the state by order.
 *
 * @param charged the amount that was authorised
 * @param refunded how much of it was given back
 */
record OrderPayment(Money charged, Money refunded, PaymentInstruction.@Nullable Customer customer,
		PaymentResult.@Nullable Card card, String authorizationId) {

	static OrderPayment charged(PaymentInstruction payment, String authorizationId) {
		return new OrderPayment(payment.amount(), Money.zero(payment.amount().currency()), payment.customer(),
				PaymentResult.told(payment), authorizationId);
	}

	/** What could still be given back. */
	Money remaining() {
		return this.charged.minus(this.refunded);
	}

	/** What speaks against giving so much back. */
	Optional<DeclineReason> objectionTo(Money refund) {
		if (!this.charged.currency().equals(refund.currency())) {
			return Optional.of(DeclineReason.CURRENCY_MISMATCH);
		}
		return refund.isMoreThan(remaining()) ? Optional.of(DeclineReason.REFUND_EXCEEDS_CHARGE) : Optional.empty();
	}

	/** Whether there is a charge of which nothing is left. */
	boolean isRefunded() {
		return this.charged.amount().signum() > 0 && remaining().amount().signum() == 0;
	}

	/**
	 * The payment after some was given back.
	 * @throws IllegalArgumentException when it is more than what is left
	 */
	OrderPayment refund(Money amount) {
		if (amount.isMoreThan(remaining())) {
			throw new IllegalArgumentException("Refund of more than is left of the charge");
		}
		return new OrderPayment(this.charged, this.refunded.plus(amount), this.customer, this.card,
				this.authorizationId);
	}

}
