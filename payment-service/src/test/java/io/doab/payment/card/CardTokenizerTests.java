package io.doab.payment.card;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What stands for a card number, and that the number is not in it.
 */
class CardTokenizerTests {

	private final CardTokenizer tokenizer = new CardTokenizer(new CardProperties("a key of some length"));

	@ParameterizedTest
	@CsvSource({ "4242424242424242, VISA", "5555555555554444, MASTERCARD", "2223003122003222, MASTERCARD",
			"378282246310005, AMEX", "6011111111111117, DISCOVER", "3530111333300000, OTHER" })
	void theNumbersOfThePaymentSandboxesAreValidAndOfTheirBrand(String number, CardBrand brand) {
		CardToken token = this.tokenizer.tokenize(number);
		assertThat(token.luhnValid()).isTrue();
		assertThat(token.brand()).isEqualTo(brand);
		assertThat(token.last4()).isEqualTo(number.substring(number.length() - 4));
	}

	@ParameterizedTest
	@ValueSource(strings = { "4242424242424241", "4242424242424224", "123456789012" })
	void aWrongCheckDigitIsSeen(String number) {
		assertThat(this.tokenizer.tokenize(number).luhnValid()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "4242424242424242, APPROVED", "4000000000009995, INSUFFICIENT_FUNDS",
			"4100000000000019, FRAUD_SUSPECTED" })
	void theSandboxesOutcomeTravelsInTheToken(String number, SandboxOutcome outcome) {
		CardToken token = CardToken.parse(this.tokenizer.tokenize(number).text());
		assertThat(token.outcome()).isEqualTo(outcome);
	}

	@Test
	void aTokenIsReadAsItWasWritten() {
		CardToken token = this.tokenizer.tokenize("4242424242424242");
		assertThat(CardToken.parse(token.text())).isEqualTo(token);
	}

	@Test
	void theIdentityIsEqualForEqualNumbersUnderOneKeyOnly() {
		String identity = this.tokenizer.tokenize("4242424242424242").identity();
		assertThat(
				new CardTokenizer(new CardProperties("a key of some length")).tokenize("4242424242424242").identity())
			.isEqualTo(identity);
		assertThat(
				new CardTokenizer(new CardProperties("another key of length")).tokenize("4242424242424242").identity())
			.isNotEqualTo(identity);
		assertThat(this.tokenizer.tokenize("4242424242424259").identity()).isNotEqualTo(identity);
	}

	@Test
	void nothingOfTheNumberButItsEndIsInTheToken() {
		assertThat(this.tokenizer.tokenize("4929123412341237").text()).doesNotContain("4929", "91234")
			.contains(".1237.");
	}

	@Test
	void whatIsNoTokenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> CardToken.parse("4242424242424242"))
			.withMessageNotContaining("4242");
	}

	@Test
	void theKeyIsInNoText() {
		assertThat(new CardProperties("a key of some length").toString()).doesNotContain("a key");
	}

}
