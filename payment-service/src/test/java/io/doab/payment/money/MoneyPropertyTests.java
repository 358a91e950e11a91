package io.doab.payment.money;

import java.math.BigDecimal;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;

import io.doab.stream.json.JsonPayloadCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What holds of all amounts.
 */
class MoneyPropertyTests {

	private static final JsonPayloadCodec JSON = new JsonPayloadCodec();

	@Property
	void aSumLessOneOfItsPartsIsTheOther(@ForAll("amounts") Tuple3<Money, Money, Money> of) {
		assertThat(of.get1().plus(of.get2()).minus(of.get2())).isEqualTo(of.get1());
		assertThat(of.get1().plus(of.get2())).isEqualTo(of.get2().plus(of.get1()));
	}

	@Property
	void itDoesNotMatterWhatIsAddedFirst(@ForAll("amounts") Tuple3<Money, Money, Money> of) {
		assertThat(of.get1().plus(of.get2()).plus(of.get3())).isEqualTo(of.get1().plus(of.get2().plus(of.get3())));
	}

	@Property
	void nothingIsLostOnTheWire(@ForAll("amounts") Tuple3<Money, Money, Money> of) {
		assertThat(JSON.decode(JSON.encode(of.get1()), Money.class)).isEqualTo(of.get1());
	}

	@Property
	void anAmountHasTheDecimalsOfItsCurrencyAndTheValueThatWasGiven(@ForAll("currencies") String currency,
			@ForAll("minorUnits") long minor) {
		BigDecimal value = BigDecimal.valueOf(minor, Money.decimals(currency));
		Money money = new Money(value.stripTrailingZeros().toPlainString(), currency);
		assertThat(money.amount()).isEqualByComparingTo(value);
		assertThat(money.amount().scale()).isEqualTo(Money.decimals(currency));
	}

	@Property
	void oneDecimalMoreThanTheCurrencyHasIsRefused(@ForAll("currencies") String currency,
			@ForAll("minorUnits") long minor) {
		BigDecimal finer = BigDecimal.valueOf(minor * 10 + 1, Money.decimals(currency) + 1);
		assertThatIllegalArgumentException().isThrownBy(() -> new Money(finer.toPlainString(), currency));
	}

	@Property
	void ofTwoAmountsOneIsMoreUnlessTheyAreEqual(@ForAll("amounts") Tuple3<Money, Money, Money> of) {
		assertThat(of.get1().isMoreThan(of.get2()) || of.get2().isMoreThan(of.get1()))
			.isEqualTo(!of.get1().equals(of.get2()));
	}

	@Provide
	Arbitrary<Tuple3<Money, Money, Money>> amounts() {
		return currencies().flatMap((currency) -> {
			Arbitrary<Money> money = minorUnits()
				.map((minor) -> new Money(BigDecimal.valueOf(minor, Money.decimals(currency)).toPlainString(),
						currency));
			return Combinators.combine(money, money, money).as(Tuple::of);
		});
	}

	@Provide
	Arbitrary<String> currencies() {
		return Arbitraries.of("GBP", "EUR", "JPY", "KWD", "CLF");
	}

	@Provide
	Arbitrary<Long> minorUnits() {
		return Arbitraries.longs().between(0, 999_999_999_999L);
	}

}
