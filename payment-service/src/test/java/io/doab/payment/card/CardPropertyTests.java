package io.doab.payment.card;

import java.util.stream.IntStream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds of all card numbers.
 */
class CardPropertyTests {

	private final CardTokenizer tokenizer = new CardTokenizer(new CardProperties("a key of some length"));

	@Property
	void everyNumberHasOneCheckDigit(@ForAll("withoutCheckDigit") String number) {
		assertThat(IntStream.range(0, 10).filter((digit) -> CardTokenizer.isLuhnValid(number + digit)).count()).isOne();
	}

	@Property
	void oneWrongDigitIsSeen(@ForAll("withoutCheckDigit") String number, @ForAll @IntRange(max = 18) int at,
			@ForAll @IntRange(min = 1, max = 9) int by) {
		StringBuilder wrong = new StringBuilder(withCheckDigit(number));
		int place = at % wrong.length();
		wrong.setCharAt(place, (char) ('0' + (wrong.charAt(place) - '0' + by) % 10));
		assertThat(CardTokenizer.isLuhnValid(wrong.toString())).isFalse();
	}

	@Property
	void twoNeighboursThatChangedPlacesAreSeenButForNoughtAndNine(@ForAll("withoutCheckDigit") String number,
			@ForAll @IntRange(max = 17) int at) {
		StringBuilder wrong = new StringBuilder(withCheckDigit(number));
		int place = at % (wrong.length() - 1);
		char left = wrong.charAt(place);
		char right = wrong.charAt(place + 1);
		wrong.setCharAt(place, right);
		wrong.setCharAt(place + 1, left);
		boolean notSeen = left == right || Math.abs(left - right) == 9;
		assertThat(CardTokenizer.isLuhnValid(wrong.toString())).isEqualTo(notSeen);
	}

	@Property(tries = 200)
	void aTokenIsReadAsItWasWrittenAndHasOnlyTheEndOfTheNumber(@ForAll("withoutCheckDigit") String number) {
		CardToken token = this.tokenizer.tokenize(withCheckDigit(number));
		assertThat(CardToken.parse(token.text())).isEqualTo(token);
		assertThat(token.text()).doesNotContain(number.substring(0, number.length() - 3));
	}

	@Property
	void aBrandDependsOnTheFirstDigitsAlone(@ForAll("withoutCheckDigit") String number) {
		assertThat(CardBrand.of(number)).isEqualTo(CardBrand.of(number.substring(0, 6) + "000000"));
	}

	@Provide
	Arbitrary<String> withoutCheckDigit() {
		return Arbitraries.strings().numeric().ofMinLength(11).ofMaxLength(18);
	}

	private static String withCheckDigit(String number) {
		return IntStream.range(0, 10)
			.mapToObj((digit) -> number + digit)
			.filter(CardTokenizer::isLuhnValid)
			.findFirst()
			.orElseThrow();
	}

}
