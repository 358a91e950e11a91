package io.doab.inventory.reservation;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an order's payment, and what it was used for: state by order.
 *
 * @param charged how much was authorised, or null while nothing was
 * @param refunded how much was given back, or null while nothing was
 * @param declined whether the last word on a charge is that it was declined
 * @param forfeit whether the charge is on its way back, for this side has told so: no
 * goods are reserved for it, although its refund was not heard of yet
 * @param reserved how many goods are reserved for the charge
 * @param authorizationId what the gateway calls the charge, if it was told
 */
record OrderPaid(@Nullable BigDecimal charged, @Nullable BigDecimal refunded, boolean declined, boolean forfeit,
		long reserved, @Nullable String authorizationId) {

	static final OrderPaid NOTHING = new OrderPaid(null, null, false, false, 0, null);

	/** Another charge: what was reserved for an earlier one does not count for it. */
	OrderPaid authorized(BigDecimal amount, @Nullable String id) {
		return new OrderPaid(amount, null, false, false, 0, id);
	}

	/** A charge that was authorised stays so: what was declined was another one. */
	OrderPaid decline() {
		return (this.charged != null) ? this : new OrderPaid(null, this.refunded, true, false, 0, null);
	}

	OrderPaid refund(BigDecimal amount) {
		return new OrderPaid(this.charged, (this.refunded != null) ? this.refunded.add(amount) : amount, this.declined,
				this.forfeit, this.reserved, this.authorizationId);
	}

	/** Gives the charge up. Of an order that costs nothing there is nothing to give. */
	OrderPaid forfeited() {
		return (this.charged == null || this.charged.signum() == 0) ? this
				: new OrderPaid(this.charged, this.refunded, this.declined, true, this.reserved, this.authorizationId);
	}

	/** So many goods went out for it, or came back when negative. */
	OrderPaid moved(long goods) {
		return new OrderPaid(this.charged, this.refunded, this.declined, this.forfeit,
				Math.max(0, this.reserved + goods), this.authorizationId);
	}

	/** Whether goods may be reserved for it, may not, or that is not known yet. */
	Answer forReservation() {
		if (this.charged == null) {
			return this.declined ? Answer.NO : Answer.UNKNOWN;
		}
		boolean givenBack = this.charged.signum() > 0 && this.refunded != null
				&& this.refunded.compareTo(this.charged) >= 0;
		return (givenBack || this.forfeit) ? Answer.NO : Answer.YES;
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
