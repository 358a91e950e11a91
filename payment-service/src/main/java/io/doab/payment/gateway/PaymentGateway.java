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
	 * @param idempotencyKey equal for equal payments, and for no others
	 * @throws GatewayUnavailableException when it is not known whether the money is
	 * there: ask again with the same key
	 */
	Answer authorize(CardToken card, Money amount, String idempotencyKey);

	/**
	 * Gives money back.
	 * @param authorizationId what {@link #authorize} answered
	 * @param idempotencyKey equal for equal refunds, and for nothing else
	 * @throws GatewayUnavailableException when it is not known whether the money is back:
	 * ask again with the same key
	 */
	Answer refund(String authorizationId, Money amount, String idempotencyKey);

	/** What a gateway answers. It is final: asking again gives the same. */
	sealed interface Answer {

		/**
		 * It is done.
		 *
		 * @param id what the gateway calls it
		 */
		record Done(String id) implements Answer {
		}

		/**
		 * It is not done, and will not be.
		 *
		 * @param reason lower-case letters, digits and underscores
		 */
		record Declined(String reason) implements Answer {
		}

	}

}
