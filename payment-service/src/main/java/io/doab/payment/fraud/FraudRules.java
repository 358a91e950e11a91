package io.doab.payment.fraud;

import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;

import org.springframework.stereotype.Component;

/**
 * Says whether a charge looks like fraud. So far by the sandbox's word alone.
 */
@Component
public class FraudRules {

	public boolean suspect(CardToken card) {
		return card.outcome() == SandboxOutcome.FRAUD_SUSPECTED;
	}

}
