package io.doab.payment.processing;

import io.doab.payment.money.Money;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code payments}.
 *
 * @param customer null for a guest
 * @param card null for a refund that goes back to where the money came from
 */
public record PaymentInstruction(String orderId, PaymentType type, Money amount, @Nullable Customer customer,
		@Nullable Card card) {

	/**
	 * The header in which the door writes when it took the payment in. The time of the
	 * event is its sender's to choose.
	 */
	public static final String RECEIVED_HEADER = "receivedtime";

	/** Who pays. */
	public record Customer(String id, @Nullable String email, @Nullable String country) {
	}

	/**
	 * What is paid with.
	 *
	 * @param expiry year and month, {@code 2030-12}
	 */
	public record Card(String token, String last4, String brand, String expiry) {

		/** The card as results tell it. */
		PaymentResult.Card told() {
			return new PaymentResult.Card(this.token, this.last4, this.brand);
		}

	}

}
