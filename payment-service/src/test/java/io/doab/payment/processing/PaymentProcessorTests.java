package io.doab.payment.processing;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudFixture;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of charges and refunds, and when charges are given back unasked.
 */
class PaymentProcessorTests {

	private final LedgerGateway gateway = new LedgerGateway();

	private final PaymentFlow flow = new PaymentFlow(this.gateway, FraudFixture.properties());

	@AfterEach
	void close() {
		this.flow.close();
	}

	@Test
	void aRejectionThatAsksForTheRefundGivesTheChargeBackOnce() {
		this.flow.charge("order");
		this.flow.rejected("order", "out_of_stock");
		this.flow.rejected("order", "out_of_stock");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded out_of_stock");
		assertThat(this.gateway.refunded()).isEqualByComparingTo("10.00");
	}

	@Test
	void fieldsThatANewerVersionAddsArePassedOver() {
		JsonMapper json = new JsonMapper();
		ObjectNode charge = json.valueToTree(PaymentFlow.charging("order", "10.00").data());
		charge.put("loyaltyPoints", 7).withObject("/amount").put("taxIncluded", true);
		this.flow.publish(PaymentFlow.PAYMENTS, Event.of("payment.charge", "order", charge));
		ObjectNode rejected = json.createObjectNode();
		rejected.put("orderId", "order").put("reason", "out_of_stock").put("refund", true).put("warehouse", "north");
		this.flow.publish(InventoryNews.STREAM, Event.of(InventoryNews.REJECTED, "order", rejected));
		assertThat(this.flow.results()).containsExactly("authorized", "refunded out_of_stock");
	}

	@Test
	void aRejectionGivesBackTheChargeThatItNamesAndNoOther() {
		this.flow.charge("order");
		String first = String.valueOf(this.flow.newResults().getFirst().data().authorizationId());
		this.flow.refund("order", "10.00");
		this.flow.charge("order");
		this.flow.rejected("order", "out_of_stock", first);
		assertThat(this.flow.results()).containsExactly("refunded", "authorized");
		this.flow.refund("order", "4.00");
		this.flow.charge("other");
		assertThat(this.flow.newResults()).hasSize(2);
		this.flow.rejected("never-charged", "out_of_stock", first);
		this.flow.charge("never-charged");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aRejectionThatNamesTheChargeGivesItBack() {
		this.flow.charge("order");
		String charge = String.valueOf(this.flow.newResults().getFirst().data().authorizationId());
		this.flow.rejected("order", "out_of_stock", charge);
		assertThat(this.flow.results()).containsExactly("refunded out_of_stock");
	}

	@Test
	void aRejectionThatDoesNotAskForItLeavesTheChargeAlone() {
		this.flow.charge("order");
		this.flow.told(InventoryNews.REJECTED, "order", "unknown_sku", null);
		this.flow.told(InventoryNews.REJECTED, "order", "payment_timeout", null);
		this.flow.told("inventory.returned", "order", null, null);
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aRejectionThatDoesNotAskForItLeavesTheNextChargeAlone() {
		this.flow.told(InventoryNews.REJECTED, "order", "payment_timeout", null);
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aChargeThatComesTooLateIsGivenBackAndTheNextIsNot() {
		this.flow.rejected("order", "payment_timeout");
		this.flow.charge("order");
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded payment_timeout", "authorized");
		assertThat(this.gateway.refundKeys).doesNotContainAnyElementsOf(this.gateway.chargeKeys);
	}

	@Test
	void aReservationThatGaveUpIsForgottenAfterAWeek() {
		this.flow.rejected("order", "payment_timeout");
		this.flow.advance(Duration.ofDays(7));
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void anOrderIsChargedOnceInHalfAYear() {
		this.flow.charge("order");
		this.flow.advance(Duration.ofDays(180).minusSeconds(1));
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized", "declined already_paid");
		this.flow.advance(Duration.ofSeconds(1));
		assertThat(this.flow.orders.state(OrderPayments.PAYMENT, "order", OrderPayment.class)).isEmpty();
		this.flow.charge("order");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aCardExpiresByTheClockNotByTheTimeThatTheSenderGave() {
		charge("2020-01", null);
		charge("2026-05", null);
		charge("2026-06", null);
		assertThat(this.flow.results()).containsExactly("declined card_expired", "declined card_expired", "authorized");
	}

	@Test
	void aCardIsGoodToTheEndOfItsMonth() {
		charge("2026-06", "2026-06-30T23:59:59.999Z");
		assertThat(this.flow.results()).containsExactly("authorized");
		this.flow.advance(Duration.between(PaymentFlow.START, Instant.parse("2026-07-01T00:00:00Z")));
		charge("2026-06", null);
		assertThat(this.flow.results()).containsExactly("declined card_expired");
	}

	@Test
	void aChargeThatWaitedOverTheEndOfTheMonthIsJudgedByWhenItCameIn() {
		this.flow.advance(Duration.between(PaymentFlow.START, Instant.parse("2026-07-01T00:10:00Z")));
		charge("2026-06", "2026-06-30T23:59:59Z");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void aClockThatIsAheadAtTheDoorMakesNoCardExpire() {
		charge("2026-06", "2026-07-01T00:00:00Z");
		assertThat(this.flow.results()).containsExactly("authorized");
	}

	@Test
	void theSandboxSaysWhatItsCardsAreFor() {
		for (SandboxOutcome outcome : List.of(SandboxOutcome.FRAUD_SUSPECTED, SandboxOutcome.INSUFFICIENT_FUNDS)) {
			this.flow.publish(PaymentFlow.PAYMENTS,
					PaymentFlow.charging("order", "10.00", PaymentFlow.card(outcome, "2030-12"), null));
		}
		List<Event<PaymentResult>> results = this.flow.newResults();
		assertThat(results).extracting((event) -> event.data().reason())
			.containsExactly("fraud_suspected", "insufficient_funds");
		assertThat(results).extracting((event) -> event.data().rule()).containsExactly("sandbox", null);
	}

	@Test
	void aRequestThatComesTwiceUnderOneKeyIsChargedOnce() {
		Event<PaymentInstruction> repeatable = PaymentFlow.charging("order", "10.00")
			.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		this.flow.publish(PaymentFlow.PAYMENTS, repeatable);
		this.flow.publish(PaymentFlow.PAYMENTS, repeatable);
		assertThat(this.flow.results()).containsExactly("authorized");
		assertThat(this.gateway.chargeKeys).hasSize(1);
	}

	@Test
	void whatComesWhileTheGatewayIsAwayWaitsForItInOrder() {
		this.gateway.away = true;
		this.flow.charge("order");
		this.flow.rejected("order", "out_of_stock");
		this.flow.refund("order", "1.00");
		this.flow.advance(Duration.ofHours(3));
		assertThat(this.flow.results()).isEmpty();
		this.gateway.away = false;
		this.flow.advance(Duration.ofMinutes(1));
		assertThat(this.flow.results()).containsExactly("authorized", "refunded out_of_stock",
				"declined refund_exceeds_charge");
		assertThat(this.flow.orders.deadLetters(PaymentFlow.PAYMENTS)).isEmpty();
		assertThat(this.flow.orders.lag(PaymentFlow.PAYMENTS)).isZero();
	}

	@Test
	void aChargeIsGivenBackInPartsAndNeverMoreThanItWas() {
		this.flow.charge("order");
		this.flow.refund("order", "4.00");
		this.flow.refund("order", "6.01");
		this.flow.refund("order", "6.00");
		this.flow.refund("order", "0.01");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded", "declined refund_exceeds_charge",
				"refunded", "declined refund_exceeds_charge");
		assertThat(this.gateway.refunded()).isEqualByComparingTo("10.00");
	}

	@Test
	void aRefundInAnotherCurrencyIsDeclined() {
		this.flow.charge("order");
		this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.refunding("order", "1.00", "EUR"));
		assertThat(this.flow.results()).containsExactly("authorized", "declined currency_mismatch");
		assertThat(this.gateway.refundKeys).isEmpty();
	}

	@Test
	void whatWasGivenBackInPartIsNotGivenBackTwiceWhenInventoryAsksForTheRest() {
		this.flow.charge("order");
		this.flow.refund("order", "4.00");
		this.flow.rejected("order", "out_of_stock");
		this.flow.refund("order", "6.00");
		List<Event<PaymentResult>> results = this.flow.newResults();
		assertThat(results).extracting(Event::type)
			.containsExactly("payment.authorized", "payment.refunded", "payment.refunded", "payment.declined");
		assertThat(results.get(2).data().amount()).isEqualTo(new Money("6.00", "GBP"));
		assertThat(this.gateway.refunded()).isEqualByComparingTo("10.00");
	}

	@Test
	void aRefundOfWhatWasNotChargedHereIsToldAndMovesNoMoney() {
		this.flow.refund("C536379", "27.50");
		Event<PaymentResult> told = this.flow.newResults().getFirst();
		assertThat(told.type()).isEqualTo("payment.refunded");
		assertThat(told.data().authorizationId()).isNull();
		assertThat(this.gateway.refundKeys).isEmpty();
	}

	@Test
	void aRefundOfNothingMovesNoMoney() {
		this.flow.charge("order");
		this.flow.refund("order", "0.00");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded");
		assertThat(this.gateway.refundKeys).isEmpty();
	}

	@Test
	void aRefundThatTheGatewayDeclinesIsDeclinedAndTheChargeStays() {
		this.flow.charge("order");
		this.gateway.refusesRefunds = true;
		this.flow.refund("order", "4.00");
		this.flow.rejected("order", "out_of_stock");
		assertThat(this.flow.results()).containsExactly("authorized", "declined refund_window_passed",
				"declined refund_window_passed");
		this.gateway.refusesRefunds = false;
		this.flow.refund("order", "10.00");
		assertThat(this.flow.results()).containsExactly("refunded");
	}

	@Test
	void aRefundWhoseCommitWasLostIsMadeOnce() {
		this.flow.charge("order");
		this.flow.orders.loseNextCommit();
		this.flow.refund("order", "4.00");
		assertThat(this.gateway.refundKeys).hasSize(2);
		assertThat(this.gateway.refunded()).isEqualByComparingTo("4.00");
		assertThat(this.flow.results()).containsExactly("authorized", "refunded");
	}

	@Test
	void whatNoDoorLetsInIsADeadLetterAtOnce() {
		PaymentInstruction.Card noToken = new PaymentInstruction.Card("4242424242424242", "4242", "visa", "2030-12");
		this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.charging("order", "1.00", noToken, null));
		this.flow.publish(PaymentFlow.PAYMENTS, PaymentFlow.charging("order", "1.00",
				new PaymentInstruction.Card(PaymentFlow.card(SandboxOutcome.APPROVED, "x").token(), "", "", "13/30"),
				null));
		this.flow.publish(PaymentFlow.PAYMENTS, Event.of("payment.charge", "order",
				new PaymentInstruction("order", PaymentType.CHARGE, new Money("1", "GBP"), null, null)));
		assertThat(this.flow.orders.deadLetters(PaymentFlow.PAYMENTS)).hasSize(3)
			.allSatisfy((letter) -> assertThat(letter.headers()).containsEntry("dlattempts", "1"))
			.noneSatisfy((letter) -> assertThat(letter.headers().get("dlmessage")).contains("4242424242424242"));
		assertThat(this.flow.results()).isEmpty();
		assertThat(this.gateway.charged()).isEqualByComparingTo(BigDecimal.ZERO);
	}

	private void charge(String expiry, @Nullable String received) {
		Event<PaymentInstruction> charge = PaymentFlow.charging("order", "10.00",
				PaymentFlow.card(SandboxOutcome.APPROVED, expiry), null);
		this.flow.publish(PaymentFlow.PAYMENTS,
				(received != null) ? charge.withHeader(PaymentInstruction.RECEIVED_HEADER, received) : charge);
	}

}
