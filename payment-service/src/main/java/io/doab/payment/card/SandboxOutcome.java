package io.doab.payment.card;

/**
 * What the sandbox answers to a card, told by its number as payment sandboxes do.
 */
public enum SandboxOutcome {

	APPROVED, INSUFFICIENT_FUNDS, FRAUD_SUSPECTED;

	static SandboxOutcome of(String number) {
		return switch (number) {
			case "4000000000009995" -> INSUFFICIENT_FUNDS;
			case "4100000000000019" -> FRAUD_SUSPECTED;
			default -> APPROVED;
		};
	}

}
