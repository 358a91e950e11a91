package io.doab.payment.gateway;

import io.doab.payment.card.CardToken;
import io.doab.payment.money.Money;

/**
 * Authorises charges and gives money back. May be called again for the same payment after
 * a crash: the idempotency key makes the second call the same as the first. Safe for use
 * by many threads; may block.
 */
public interface PaymentGateway {

	/**
	 * Asks for the money.
	 * @param idempotencyKey equal for equal payments
	 */
	Authorization authorize(CardToken card, Money amount, String idempotencyKey);

	/**
	 * Gives money back.
	 * @param authorizationId what {@link #authorize} answered
	 */
	void refund(String authorizationId, Money amount, String idempotencyKey);

	/** What a gateway answers. */
	sealed interface Authorization {

		/** The money is there. */
		record Approved(String authorizationId) implements Authorization {
		}

		/** It is not. */
		record InsufficientFunds() implements Authorization {
		}

	}

}
