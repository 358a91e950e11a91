package io.doab.inventory.reservation;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an order's payment: state by order.
 *
 * @param charged how much was authorised, or null while nothing was
 * @param refunded how much was given back, or null while nothing was
 * @param declined whether the last word on a charge is that it was declined
 */
record OrderPaid(@Nullable BigDecimal charged, @Nullable BigDecimal refunded, boolean declined) {

	static final OrderPaid NOTHING = new OrderPaid(null, null, false);

	OrderPaid authorized(BigDecimal amount) {
		return new OrderPaid(amount, null, false);
	}

	/** A charge that was authorised stays so: what was declined was another one. */
	OrderPaid decline() {
		return (this.charged != null) ? this : new OrderPaid(null, this.refunded, true);
	}

	OrderPaid refund(BigDecimal amount) {
		return new OrderPaid(this.charged, (this.refunded != null) ? this.refunded.add(amount) : amount, this.declined);
	}

	/** Whether goods may be reserved for it, may not, or that is not known yet. */
	Answer forReservation() {
		if (this.charged == null) {
			return this.declined ? Answer.NO : Answer.UNKNOWN;
		}
		boolean givenBack = this.charged.signum() > 0 && this.refunded != null
				&& this.refunded.compareTo(this.charged) >= 0;
		return givenBack ? Answer.NO : Answer.YES;
	}

	/**
	 * Whether goods may be taken back for it: when it was ever paid, or given money for.
	 */
	Answer forReturn() {
		if (this.charged != null || this.refunded != null) {
			return Answer.YES;
		}
		return this.declined ? Answer.NO : Answer.UNKNOWN;
	}

	/** What a payment says to a request. */
	enum Answer {

		YES, NO, UNKNOWN

	}

}
