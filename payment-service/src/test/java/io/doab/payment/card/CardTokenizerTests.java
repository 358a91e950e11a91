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
			"378282246310005, AMEX", "6011111111111117, DISCOVER", "6011000990139424, DISCOVER",
			"3530111333300000, JCB", "3056930009020004, DINERS", "36227206271667, DINERS", "6200000000000005, UNIONPAY",
			"6759649826438453, MAESTRO", "2201382000000013, MIR", "9792020000000001, OTHER" })
	void theNumbersOfThePaymentSandboxesAreValidAndOfTheirBrand(String number, CardBrand brand) {
		CardToken token = this.tokenizer.tokenize(number);
		assertThat(token.luhnValid()).isTrue();
		assertThat(token.brand()).isEqualTo(brand);
		assertThat(token.last4()).isEqualTo(number.substring(number.length() - 4));
	}

	@ParameterizedTest
	@CsvSource({ "222099, OTHER", "222100, MASTERCARD", "272099, MASTERCARD", "272100, OTHER", "509999, OTHER",
			"510000, MASTERCARD", "559999, MASTERCARD", "560000, OTHER", "339999, OTHER", "340000, AMEX",
			"350000, OTHER", "370000, AMEX", "352799, OTHER", "352800, JCB", "358999, JCB", "359000, OTHER",
			"299999, OTHER", "300000, DINERS", "305999, DINERS", "306000, OTHER", "309500, DINERS", "380000, DINERS",
			"643999, OTHER", "644000, DISCOVER", "659999, DISCOVER", "220399, MIR", "220500, OTHER", "621999, UNIONPAY",
			"810000, UNIONPAY", "817200, OTHER", "501800, MAESTRO", "676400, OTHER", "000000, OTHER" })
	void aBrandReachesToTheEndsOfItsRanges(String prefix, CardBrand brand) {
		assertThat(CardBrand.of(prefix + "0000000000")).isEqualTo(brand);
	}

	@Test
	void aTokenOfABrandThatANewerVersionKnowsIsRead() {
		String text = this.tokenizer.tokenize("4242424242424242").text().replace(".visa.", ".newcomer.");
		assertThat(CardToken.parse(text).brand()).isEqualTo(CardBrand.OTHER);
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
