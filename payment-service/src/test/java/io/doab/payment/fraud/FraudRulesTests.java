package io.doab.payment.fraud;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.test.ProcessorTestDriver;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each rule suspects, and what it does not.
 */
class FraudRulesTests {

	private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");

	private static final String CLEAR = "clear";

	private int charges;

	@Test
	void moreChargesOfACardThanTheLimitWithinTheWindowAreSuspected() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=3")) {
			assertThat(verdicts(card, 0, 10, 20, 59)).containsExactly(CLEAR, CLEAR, CLEAR, "card_velocity");
		}
	}

	@Test
	void theWindowSlides() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=3")) {
			assertThat(verdicts(card, 0, 10, 20, 60, 69, 70, 79)).containsExactly(CLEAR, CLEAR, CLEAR, CLEAR,
					"card_velocity", "card_velocity", "card_velocity");
			assertThat(verdicts(card, 130)).containsExactly(CLEAR);
		}
	}

	@Test
	void whatWasSuspectedCountsAsWell() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=2")) {
			assertThat(verdicts(card, 0, 1, 2, 50, 100)).containsExactly(CLEAR, CLEAR, "card_velocity", "card_velocity",
					CLEAR);
		}
	}

	@Test
	void itIsTheTimeAtTheDoorThatCountsNotWhenItIsReadNorWhatTheSenderSays() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=2")) {
			// An hour of charges, read at once after an outage, in another order.
			assertThat(verdicts(card, 3600, 0, 2400, 1200)).containsOnly(CLEAR);
			card.publish(FraudRoute.BY_CARD,
					List.of(late(3601, "2001-01-01T00:00:00Z"), late(3602, "2031-01-01T00:00:00Z")));
			assertThat(newVerdicts(card)).containsExactly(CLEAR, "card_velocity");
		}
	}

	@Test
	void aChargeThatIsReadLateCountsWhereItBelongs() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=2")) {
			assertThat(verdicts(card, 100, 110, 51)).containsExactly(CLEAR, CLEAR, "card_velocity");
		}
	}

	@Test
	void cardsAreCountedEachByItself() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=1")) {
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "one", charge(0, "one", null, "1", null));
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "two", charge(0, "two", null, "1", null));
			assertThat(newVerdicts(card)).containsExactly(CLEAR, CLEAR);
		}
	}

	@Test
	void ofACardNoMoreIsKeptThanTheLimitNeedsAndThatNotForEver() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=5")) {
			for (int i = 0; i < 100; i++) {
				verdicts(card, i);
			}
			RecentCharges kept = card.state(CardRules.CHARGES, "card", RecentCharges.class).orElseThrow();
			assertThat(kept.times()).hasSize(5).isSorted().endsWith(NOON.plusSeconds(99).toEpochMilli());
			card.advance(Duration.ofMinutes(61));
			assertThat(card.state(CardRules.CHARGES, "card", RecentCharges.class)).isEmpty();
		}
	}

	@Test
	void aGuestReturnsFromTheCardAndACustomerGoesOnToTheCustomersRules() {
		try (ProcessorTestDriver card = card("card-velocity.max-charges=1")) {
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "card", charge(0, "card", null, "1", null));
			assertThat(newVerdicts(card)).containsExactly(CLEAR);
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "card", charge(1, "card", "anna", "1", null));
			assertThat(newVerdicts(card)).isEmpty();
			Event<ExaminedCharge> on = card.newOutputs(FraudRoute.BY_CUSTOMER, ExaminedCharge.class).getFirst();
			assertThat(on.key()).isEqualTo("anna");
			assertThat(on.data().rule()).isEqualTo("card_velocity");
		}
	}

	@Test
	void theVerdictGoesToTheKeyOfTheOrderAndNamesTheCharge() {
		try (ProcessorTestDriver card = card()) {
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "card", charge(0, "card", null, "1", null));
			Event<FraudVerdict> verdict = card.newOutputs(FraudVerdict.STREAM, FraudVerdict.class).getFirst();
			assertThat(verdict.key()).isEqualTo("order");
			assertThat(verdict.data().chargeId()).isEqualTo("charge-0");
		}
	}

	@Test
	void moreChargesOfACustomerThanTheLimitAreSuspectedAlsoThoseThatTheCardSuspects() {
		try (ProcessorTestDriver customer = customer("customer-velocity.max-charges=2")) {
			customer.publish(FraudRoute.BY_CUSTOMER, ExaminedCharge.EXAMINE, "anna",
					charge(0, "c1", "anna", "1", null).suspectedBy(FraudRule.CARD_VELOCITY));
			examine(customer, 1, "1", null);
			examine(customer, 2, "1", null);
			examine(customer, 61, "1", null);
			assertThat(newVerdicts(customer)).containsExactly("card_velocity", CLEAR, "customer_velocity", CLEAR);
		}
	}

	@Test
	void theFirstThatSuspectsIsTold() {
		try (ProcessorTestDriver customer = customer("customer-velocity.max-charges=1")) {
			examine(customer, 0, "1", null);
			customer.publish(FraudRoute.BY_CUSTOMER, ExaminedCharge.EXAMINE, "anna",
					charge(1, "c1", "anna", "1", null).suspectedBy(FraudRule.CARD_VELOCITY));
			assertThat(newVerdicts(customer)).containsExactly(CLEAR, "card_velocity");
		}
	}

	@Test
	void anAmountFarAboveAllThatTheCustomerHasPaidIsSuspected() {
		try (ProcessorTestDriver customer = customer("amount.factor=10", "amount.minimum-history=3")) {
			paid(customer, "20.00", "GB");
			paid(customer, "5.00", "GB");
			examine(customer, 0, "1000.00", "GB");
			assertThat(newVerdicts(customer)).as("too little is known").containsExactly(CLEAR);
			paid(customer, "7.00", "GB");
			examine(customer, 100, "200.00", "GB");
			examine(customer, 200, "200.01", "GB");
			assertThat(newVerdicts(customer)).containsExactly(CLEAR, "amount");
		}
	}

	@Test
	void whatWasOnlyTriedIsNoHistory() {
		try (ProcessorTestDriver customer = customer("amount.factor=10", "amount.minimum-history=1")) {
			for (int i = 0; i < 10; i++) {
				examine(customer, i, "1000.00", "GB");
			}
			assertThat(customer.state(CustomerRules.HISTORY, "anna", CustomerHistory.class)).isEmpty();
			paid(customer, "1.00", "GB");
			newVerdicts(customer);
			examine(customer, 100, "1000.00", "GB");
			assertThat(newVerdicts(customer)).containsExactly("amount");
		}
	}

	@Test
	void amountsOfAnotherCurrencyAndOfNothingSayNothing() {
		try (ProcessorTestDriver customer = customer("amount.factor=2", "amount.minimum-history=1")) {
			customer.publish(FraudRoute.BY_CUSTOMER, ExaminedCharge.PAID, "anna",
					new ExaminedCharge("p", "o", "c", "anna", "GB", new Money("1", "EUR"), NOON, null));
			paid(customer, "0.00", "GB");
			examine(customer, 0, "1000.00", "GB");
			assertThat(newVerdicts(customer)).containsExactly(CLEAR);
		}
	}

	@Test
	void aCountryFromWhichTheCustomerNeverPaidIsSuspectedWhenThatIsSwitchedOn() {
		for (boolean on : List.of(true, false)) {
			try (ProcessorTestDriver customer = customer("country.enabled=" + on, "country.minimum-history=2")) {
				paid(customer, "1.00", "GB");
				examine(customer, 0, "1.00", "FR");
				paid(customer, "1.00", "IE");
				examine(customer, 1, "1.00", " gb ");
				examine(customer, 2, "1.00", "IE");
				examine(customer, 3, "1.00", null);
				examine(customer, 4, "1.00", "FR");
				assertThat(newVerdicts(customer)).containsExactly(CLEAR, CLEAR, CLEAR, CLEAR, on ? "country" : CLEAR);
			}
		}
	}

	@Test
	void aRuleThatIsSwitchedOffSuspectsNothing() {
		try (ProcessorTestDriver card = card("card-velocity.enabled=false", "card-velocity.max-charges=1")) {
			assertThat(verdicts(card, 0, 1, 2)).containsOnly(CLEAR);
		}
		try (ProcessorTestDriver customer = customer("customer-velocity.enabled=false",
				"customer-velocity.max-charges=1", "amount.enabled=false", "amount.minimum-history=1")) {
			paid(customer, "0.01", "GB");
			examine(customer, 0, "1000.00", "GB");
			examine(customer, 1, "1000.00", "GB");
			assertThat(newVerdicts(customer)).containsOnly(CLEAR);
		}
	}

	@Test
	void whatACustomerHasPaidIsBounded() {
		CustomerHistory history = CustomerHistory.NONE;
		for (int i = 0; i < 100; i++) {
			history = history.with(new Money(String.valueOf(i), "GBP"), "country-" + i);
		}
		assertThat(history.amounts()).hasSize(CustomerHistory.MAX_AMOUNTS).last().isEqualTo(new Money("99", "GBP"));
		assertThat(history.countries()).hasSize(10).last().isEqualTo("country-99");
	}

	@Test
	void byDefaultTwentyChargesOfACardAndFiftyOfACustomerAMinuteAreNothingSpecial() {
		FraudProperties defaults = FraudFixture.properties();
		assertThat(defaults.cardVelocity())
			.isEqualTo(new FraudProperties.CardVelocity(true, 20, Duration.ofMinutes(1)));
		assertThat(defaults.customerVelocity())
			.isEqualTo(new FraudProperties.CustomerVelocity(true, 50, Duration.ofMinutes(1)));
		assertThat(defaults.country().enabled()).isFalse();
	}

	// What the tests share.

	private static ProcessorTestDriver card(String... settings) {
		return ProcessorTestDriver.of((clock) -> FraudFixture.byCard(FraudFixture.properties(settings), clock))
			.at(NOON)
			.throwFailures()
			.build();
	}

	private static ProcessorTestDriver customer(String... settings) {
		return ProcessorTestDriver.of((clock) -> FraudFixture.byCustomer(FraudFixture.properties(settings), clock))
			.at(NOON)
			.throwFailures()
			.build();
	}

	/** Verdicts on guests' charges of one card, so many seconds after noon. */
	private List<String> verdicts(ProcessorTestDriver card, int... seconds) {
		for (int second : seconds) {
			card.publish(FraudRoute.BY_CARD, ExaminedCharge.EXAMINE, "card", charge(second, "card", null, "1", null));
		}
		return newVerdicts(card);
	}

	private Event<ExaminedCharge> late(int second, String time) {
		return Event.of(ExaminedCharge.EXAMINE, "card", charge(second, "card", null, "1", null))
			.withTime(Instant.parse(time));
	}

	private void examine(ProcessorTestDriver customer, int second, String amount, @Nullable String country) {
		customer.publish(FraudRoute.BY_CUSTOMER, ExaminedCharge.EXAMINE, "anna",
				charge(second, "card", "anna", amount, country));
	}

	private void paid(ProcessorTestDriver customer, String amount, String country) {
		customer.publish(FraudRoute.BY_CUSTOMER, ExaminedCharge.PAID, "anna",
				charge(0, "card", "anna", amount, country));
	}

	private ExaminedCharge charge(int second, String card, @Nullable String customer, String amount,
			@Nullable String country) {
		return new ExaminedCharge("charge-" + this.charges++, "order", card, customer, country,
				new Money(amount, "GBP"), NOON.plusSeconds(second), null);
	}

	private static List<String> newVerdicts(ProcessorTestDriver driver) {
		return driver.newOutputs(FraudVerdict.STREAM, FraudVerdict.class)
			.stream()
			.map((event) -> Objects.requireNonNullElse(event.data().rule(), CLEAR))
			.toList();
	}

}
