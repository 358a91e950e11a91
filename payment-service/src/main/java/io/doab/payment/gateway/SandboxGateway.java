package io.doab.payment.gateway;

import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.money.Money;
import io.doab.stream.EventIds;

import org.springframework.stereotype.Component;

/**
 * The gateway of the local run: moves no money and answers by the card, as the sandboxes
 * of payment providers do.
 */
@Component
class SandboxGateway implements PaymentGateway {

	@Override
	public Authorization authorize(CardToken card, Money amount, String idempotencyKey) {
		return (card.outcome() == SandboxOutcome.INSUFFICIENT_FUNDS) ? new Authorization.InsufficientFunds()
				: new Authorization.Approved("auth_" + EventIds.derive("authorization", idempotencyKey));
	}

	@Override
	public void refund(String authorizationId, Money amount, String idempotencyKey) {
		// A sandbox has nothing to give back.
	}

}
