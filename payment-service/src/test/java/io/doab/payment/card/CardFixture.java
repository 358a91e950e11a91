package io.doab.payment.card;

/**
 * Tokens for tests of other packages.
 */
public final class CardFixture {

	private CardFixture() {
	}

	public static CardTokenizer tokenizer() {
		return new CardTokenizer(new CardProperties("a key of some length"));
	}

}
