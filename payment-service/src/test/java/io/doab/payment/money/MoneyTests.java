package io.doab.payment.money;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Amounts, to the penny.
 */
class MoneyTests {

	@ParameterizedTest
	@CsvSource({ "139.12, GBP, 139.12", "139, GBP, 139.00", "5, JPY, 5", "1.500, GBP, 1.50", "1.234, KWD, 1.234",
			"0, EUR, 0.00" })
	void anAmountHasTheDecimalsOfItsCurrency(String value, String currency, String written) {
		assertThat(new Money(value, currency).value()).isEqualTo(written);
	}

	@ParameterizedTest
	@CsvSource({ "1.234, GBP", "0.5, JPY", "1, XYZ" })
	void whatTheCurrencyCannotExpressIsRefused(String value, String currency) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Money(value, currency));
	}

	@Test
	void sumsAreExact() {
		Money sum = Money.zero("GBP");
		for (int i = 0; i < 1_000; i++) {
			sum = sum.plus(new Money("0.10", "GBP"));
		}
		assertThat(sum).isEqualTo(new Money("100.00", "GBP"));
		assertThat(sum.minus(new Money("0.01", "GBP")).value()).isEqualTo("99.99");
		assertThat(sum.isMoreThan(new Money("99.99", "GBP"))).isTrue();
		assertThat(sum.isMoreThan(new Money("100", "GBP"))).isFalse();
	}

	@Test
	void amountsOfTwoCurrenciesDoNotGoTogether() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Money("1", "GBP").plus(new Money("1", "EUR")))
			.withMessageContaining("GBP and EUR");
	}

}
