package io.doab.payment.processing;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudFixture;
import io.doab.payment.fraud.FraudRoute;
import io.doab.payment.fraud.FraudVerdict;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.ProcessorDefinition;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What comes for an order while its charge is on its way along the fraud rules.
 */
class OrderQueueTests {

	private final LedgerGateway gateway = new LedgerGateway();

	private final PaymentFlow flow = new PaymentFlow(this.gateway, FraudFixture.properties());

	@AfterEach
	void close() {
		this.flow.close();
	}

	@Test
	void whatComesLaterWaitsUntilTheChargeHasReturnedAndIsDoneInOrder() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.refund("order", "4.00");
		this.flow.refund("order", "7.00");
		this.flow.charge("order");
		assertThat(this.flow.results()).isEmpty();
		assertThat(this.gateway.chargeKeys).isEmpty();
		this.flow.charge("another");
		this.flow.release();
		List<Event<PaymentResult>> results = this.flow.newResults();
		assertThat(results.stream().filter((event) -> "order".equals(event.key())))
			.extracting((event) -> event.type() + " " + event.data().reason())
			.containsExactly("payment.authorized null", "payment.refunded null",
					"payment.declined refund_exceeds_charge", "payment.declined already_paid");
		assertThat(results).hasSize(5);
		assertThat(queue()).isFalse();
		assertThat(this.flow.orders.timers()).noneMatch((timer) -> timer.name().equals(PaymentProcessor.VERDICT_LATE));
	}

	@Test
	void aRejectionThatComesWhileTheChargeIsExaminedRefundsOnce() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.rejected("order", "payment_timeout");
		this.flow.rejected("order", "payment_timeout");
		this.flow.release();
		this.flow.rejected("order", "payment_timeout");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded payment_timeout");
		assertThat(this.gateway.refunded()).isEqualByComparingTo("10.00");
	}

	@Test
	void aRejectionBehindASuspectedChargeIsForTheNextOne() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.rejected("order", "payment_timeout");
		String charge = examined();
		verdict(charge, "card_velocity");
		assertThat(this.flow.results()).containsExactly("declined fraud_suspected");
		this.flow.release();
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded payment_timeout");
	}

	@Test
	void aSuspectedChargeSaysWhichRuleAndTheNextOneIsExaminedInItsTurn() {
		this.flow.hold();
		this.flow.charge("order");
		String first = examined();
		this.flow.charge("order");
		this.flow.refund("order", "10.00");
		verdict(first, "card_velocity");
		Event<PaymentResult> declined = this.flow.newResults().getFirst();
		assertThat(declined.data().reason()).isEqualTo("fraud_suspected");
		assertThat(declined.data().rule()).isEqualTo("card_velocity");
		assertThat(examined()).isNotEqualTo(first);
		assertThat(this.gateway.chargeKeys).isEmpty();
		this.flow.release();
		assertThat(this.flow.results()).containsExactly("authorized", "refunded");
	}

	@Test
	void aVerdictThatComesTwiceOrForNothingThatIsExaminedChangesNothing() {
		this.flow.hold();
		this.flow.charge("order");
		String charge = examined();
		verdict("no such charge", null);
		assertThat(this.flow.results()).isEmpty();
		verdict(charge, null);
		verdict(charge, null);
		verdict(charge, "card_velocity");
		assertThat(this.flow.results()).containsExactly("authorized");
		assertThat(this.gateway.chargeKeys).hasSize(1);
	}

	@Test
	void anotherTypeOfEventIsNoVerdict() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.orders.publish(FraudVerdict.STREAM, "fraud.something-newer", "order",
				new FraudVerdict(examined(), null));
		assertThat(this.flow.results()).isEmpty();
		assertThat(queue()).isTrue();
	}

	@Test
	void theQueueSurvivesATakeOver() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.refund("order", "4.00");
		this.flow.orders.restart();
		this.flow.rejected("order", "out_of_stock");
		this.flow.orders.restart();
		this.flow.release();
		assertThat(this.flow.results()).containsExactly("authorized", "refunded", "refunded out_of_stock");
	}

	@Test
	void aVerdictWhoseCommitWasLostIsActedOnAgainUnderTheSameKeysAndToldOnce() {
		this.flow.hold();
		this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.charging("order", "10.00").withId("charge"));
		this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.refunding("order", "4.00", "GBP").withId("refund"));
		this.flow.orders.loseNextCommit();
		this.flow.release();
		String chargeKey = EventIds.derive("charge", "order", "charge");
		String refundKey = EventIds.derive("refund", "order", "refund");
		assertThat(this.gateway.chargeKeys).containsExactly(chargeKey, chargeKey);
		assertThat(this.gateway.refundKeys).containsExactly(refundKey, refundKey);
		assertThat(this.flow.results()).containsExactly("authorized", "refunded");
		assertThat(this.gateway.refunded()).isEqualByComparingTo("4.00");
	}

	@Test
	void anIdOfAResultFollowsFromTheEventThatAskedForItNotFromTheVerdict() {
		this.flow.publish(PaymentFlow.PAYMENTS,
				PaymentFlow.charging("order", "10.00")
					.withId("charge")
					.withHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
		Event<PaymentResult> result = this.flow.newResults().getFirst();
		assertThat(result.id())
			.isEqualTo(EventIds.derive("charge", PaymentResult.STREAM, PaymentResult.AUTHORIZED, "0"));
		assertThat(result.headers())
			.isEqualTo(Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
	}

	@Test
	void aQueueIsBoundedAndWhatFindsNoRoomIsAnsweredAndNotLost() {
		this.flow.hold();
		this.flow.charge("order");
		for (int i = 0; i < OrderQueue.MAX_WAITING; i++) {
			this.flow.rejected("order", "out_of_stock");
			this.flow.rejected("order", "out_of_stock");
			this.flow.refund("order", "0.01");
		}
		assertThat(this.flow.results()).isEmpty();
		this.flow.refund("order", "0.01");
		this.flow.charge("order");
		this.flow.rejected("order", "out_of_stock");
		assertThat(this.flow.results()).containsExactly("declined order_busy", "declined order_busy");
		assertThat(waiting()).isLessThanOrEqualTo(2 * OrderQueue.MAX_WAITING + 1);
		this.flow.release();
		List<String> results = this.flow.results();
		assertThat(results).hasSize(OrderQueue.MAX_WAITING + 2)
			.startsWith("authorized", "refunded out_of_stock", "declined refund_exceeds_charge");
		assertThat(this.gateway.refunded()).isEqualByComparingTo("10.00");
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aVerdictThatIsLateIsAskedForAgainAndTheFirstCounts() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.refund("order", "10.00");
		this.flow.advance(Duration.ofMinutes(15));
		assertThat(this.flow.orders.outputs(FraudRoute.BY_CARD)).hasSize(2)
			.extracting((event) -> event.id())
			.doesNotHaveDuplicates();
		this.flow.release();
		assertThat(this.flow.results()).containsExactly("authorized", "refunded");
		assertThat(this.gateway.chargeKeys).hasSize(1);
	}

	@Test
	void aChargeThatIsNeverExaminedIsDeclinedAndWhatWaitsBehindItIsDone() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.refund("order", "10.00");
		this.flow.advance(Duration.ofMinutes(44));
		assertThat(this.flow.results()).isEmpty();
		this.flow.advance(Duration.ofMinutes(1));
		assertThat(this.flow.orders.outputs(FraudRoute.BY_CARD)).hasSize(3);
		assertThat(this.flow.results()).containsExactly("declined not_examined", "refunded");
		this.flow.release();
		assertThat(this.flow.results()).isEmpty();
		assertThat(this.gateway.chargeKeys).isEmpty();
	}

	@Test
	void whileTheGatewayIsAwayNothingIsTakenForALateVerdict() {
		this.gateway.away = true;
		this.flow.charge("order");
		this.flow.advance(Duration.ofDays(1));
		assertThat(this.flow.results()).isEmpty();
		this.gateway.away = false;
		this.flow.advance(Duration.ofMinutes(1));
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aChargeThatComesTwiceUnderOneKeyWhileItIsExaminedIsOneCharge() {
		Event<PaymentInstruction> repeatable = PaymentFlow.charging("order", "10.00")
			.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		this.flow.hold();
		this.flow.publish(PaymentFlow.PAYMENTS, repeatable);
		this.flow.publish(PaymentFlow.PAYMENTS, repeatable);
		this.flow.release();
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void rulesThatAreSwitchedOffMeanwhileHoldNothingUp() {
		this.flow.hold();
		this.flow.charge("order");
		this.flow.orders.restart(PaymentFlow.definition(this.gateway, FraudFixture.off(), this.flow.orders.clock()));
		this.flow.charge("another");
		assertThat(this.flow.results()).containsExactly("authorized");
		this.flow.advance(Duration.ofMinutes(15));
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void withoutRulesAChargeTakesNoDetour() {
		try (PaymentFlow direct = new PaymentFlow(this.gateway, FraudFixture.off())) {
			direct.hold();
			direct.charge("order");
			assertThat(direct.results()).containsExactly("authorized");
			assertThat(direct.orders.outputs(FraudRoute.BY_CARD)).isEmpty();
			assertThat(direct.orders.outputs(FraudRoute.BY_CUSTOMER)).isEmpty();
		}
	}

	@Test
	void theTwentyFirstChargeOfACardWithinAMinuteIsSuspectedWhateverItsOrder() {
		for (int i = 0; i < 22; i++) {
			this.flow.charge("order-" + i);
		}
		List<Event<PaymentResult>> results = this.flow.newResults();
		assertThat(results.subList(0, 20)).allMatch((event) -> event.type().equals("payment.authorized"));
		assertThat(results.subList(20, 22)).extracting((event) -> event.data().reason() + " " + event.data().rule())
			.containsExactly("fraud_suspected card_velocity", "fraud_suspected card_velocity");
		this.flow.advance(Duration.ofMinutes(1));
		this.flow.charge("order-23");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void declinedForLackOfMoneyCountsForTheVelocity() {
		for (int i = 0; i < 20; i++) {
			this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.charging("order-" + i, "10.00",
					PaymentFlow.card(SandboxOutcome.INSUFFICIENT_FUNDS, "2030-12"), null));
		}
		assertThat(this.flow.results()).hasSize(20).containsOnly("declined insufficient_funds");
		this.flow.charge("order-21");
		assertThat(this.flow.results()).containsExactly("declined fraud_suspected");
	}

	@Test
	void anAuthorisedChargeOfACustomerIsHistoryAndADeclinedOneIsNot() {
		try (PaymentFlow shop = new PaymentFlow(this.gateway,
				FraudFixture.properties("amount.minimum-history=2", "amount.factor=10"))) {
			PaymentInstruction.Customer anna = new PaymentInstruction.Customer("anna", "anna@example.com", "GB");
			List<String> amounts = List.of("5.00", "5.00", "51.00");
			for (int i = 0; i < amounts.size(); i++) {
				shop.publish(PaymentFlow.PAYMENTS, PaymentFlow.charging("order-" + i, amounts.get(i),
						PaymentFlow.card(SandboxOutcome.APPROVED, "2030-12"), anna));
			}
			assertThat(shop.results()).containsExactly("authorized", "authorized", "declined fraud_suspected");
			List<Event<JsonNode>> told = shop.orders.outputs(FraudRoute.BY_CUSTOMER);
			assertThat(told).hasSize(2).allMatch((event) -> event.type().equals("fraud.paid"));
			assertThat(told.toString() + shop.orders.outputs(FraudRoute.BY_CARD)).doesNotContain("example.com");
		}
	}

	// What the tests share.

	/** The id of the charge that was sent to the rules last. */
	private String examined() {
		return this.flow.orders.outputs(FraudRoute.BY_CARD).getLast().data().get("chargeId").stringValue();
	}

	private void verdict(String charge, @Nullable String rule) {
		this.flow.orders.publish(FraudVerdict.STREAM,
				Event.of(FraudVerdict.TYPE, "order", new FraudVerdict(charge, rule)));
	}

	private boolean queue() {
		return this.flow.orders.state(PaymentProcessor.QUEUE, "order", OrderQueue.class).isPresent();
	}

	private int waiting() {
		return this.flow.orders.state(PaymentProcessor.QUEUE, "order", OrderQueue.class).orElseThrow().waiting().size();
	}

}
