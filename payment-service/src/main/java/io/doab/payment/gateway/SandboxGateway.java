package io.doab.payment.gateway;

import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.money.Money;
import io.doab.stream.EventIds;

/**
 * The gateway of the local run: moves no money and answers by the card, as the sandboxes
 * of payment providers do.
 */
final class SandboxGateway implements PaymentGateway {

	@Override
	public Answer authorize(CardToken card, Money amount, String idempotencyKey) {
		return (card.outcome() == SandboxOutcome.INSUFFICIENT_FUNDS) ? new Answer.Declined("insufficient_funds")
				: new Answer.Done("auth_" + EventIds.derive("authorization", idempotencyKey));
	}

	@Override
	public Answer refund(String authorizationId, Money amount, String idempotencyKey) {
		return new Answer.Done("refund_" + EventIds.derive("refund", idempotencyKey));
	}

}
