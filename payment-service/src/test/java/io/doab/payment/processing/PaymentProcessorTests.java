package io.doab.payment.processing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.doab.payment.card.CardBrand;
import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudRules;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.rest.IngestionProperties;
import io.doab.stream.test.ProcessorTestDriver;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of charges, and when they are given back.
 */
class PaymentProcessorTests {

	private static final String PAYMENTS = "payments";

	private final SomeGateway gateway = new SomeGateway();

	private final ProcessorTestDriver driver = ProcessorTestDriver.of(this::processor)
		.at(Instant.parse("2026-06-15T12:00:00Z"))
		.build();

	@AfterEach
	void close() {
		this.driver.close();
	}

	@Test
	void aRejectionThatAsksForTheRefundGivesTheChargeBackOnce() {
		charge("2030-12");
		told(InventoryNews.REJECTED, "out_of_stock", true);
		told(InventoryNews.REJECTED, "out_of_stock", true);
		assertThat(results()).containsExactly("payment.authorized null", "payment.refunded out_of_stock");
	}

	@Test
	void aRejectionThatDoesNotAskForItLeavesTheChargeAlone() {
		charge("2030-12");
		told(InventoryNews.REJECTED, "unknown_sku", null);
		told(InventoryNews.REJECTED, "payment_timeout", null);
		told("inventory.returned", null, null);
		assertThat(results()).containsExactly("payment.authorized null");
	}

	@Test
	void aRejectionThatDoesNotAskForItLeavesTheNextChargeAlone() {
		told(InventoryNews.REJECTED, "payment_timeout", null);
		charge("2030-12");
		assertThat(results()).containsExactly("payment.authorized null");
	}

	@Test
	void aChargeThatComesTooLateIsGivenBackAndTheNextIsNot() {
		told(InventoryNews.REJECTED, "payment_timeout", true);
		charge("2030-12");
		charge("2030-12");
		assertThat(results()).containsExactly("payment.authorized null", "payment.refunded payment_timeout",
				"payment.authorized null");
	}

	@Test
	void aReservationThatGaveUpIsForgottenAfterAWeek() {
		told(InventoryNews.REJECTED, "payment_timeout", true);
		this.driver.advance(Duration.ofDays(7));
		charge("2030-12");
		assertThat(results()).containsExactly("payment.authorized null");
	}

	@Test
	void anOrderIsChargedOnceInHalfAYear() {
		charge("2030-12");
		this.driver.advance(Duration.ofDays(180).minusSeconds(1));
		charge("2030-12");
		assertThat(results()).containsExactly("payment.authorized null", "payment.declined already_paid");
		this.driver.advance(Duration.ofSeconds(1));
		assertThat(this.driver.state(PaymentProcessor.PAYMENT, "order", OrderPayment.class)).isEmpty();
		charge("2030-12");
		assertThat(results()).containsExactly("payment.authorized null");
	}

	@Test
	void aCardExpiresByTheClockNotByTheTimeThatTheSenderGave() {
		charge("2020-01");
		charge("2026-05");
		charge("2026-06");
		assertThat(results()).containsExactly("payment.declined card_expired", "payment.declined card_expired",
				"payment.authorized null");
	}

	@Test
	void aCardIsGoodToTheEndOfItsMonth() {
		this.driver.advanceTo(Instant.parse("2026-06-30T23:59:59Z"));
		charge("2026-06");
		this.driver.advanceTo(Instant.parse("2026-07-01T00:00:00Z"));
		charge("2026-06");
		assertThat(results()).containsExactly("payment.authorized null", "payment.declined card_expired");
	}

	@Test
	void aRequestThatComesTwiceUnderOneKeyIsChargedOnce() {
		Event<PaymentInstruction> repeatable = charging("2030-12").withHeader(ProcessorDefinition.DEDUPLICATE_HEADER,
				"true");
		this.driver.publish(PAYMENTS, repeatable);
		this.driver.publish(PAYMENTS, repeatable);
		assertThat(results()).containsExactly("payment.authorized null");
		assertThat(this.gateway.keys).hasSize(1);
	}

	@Test
	void aChargeWhoseCommitWasLostIsAskedForAgainUnderTheSameKeyAndToldOnce() {
		this.driver.loseNextCommit();
		this.driver.publish(PAYMENTS, charging("2030-12").withId("charge"));
		assertThat(this.gateway.keys).containsExactly("charge", "charge");
		assertThat(results()).containsExactly("payment.authorized null");
	}

	@Test
	void whatComesWhileTheGatewayIsAwayWaitsForItInOrder() {
		this.gateway.away = true;
		charge("2030-12");
		told(InventoryNews.REJECTED, "out_of_stock", true);
		this.driver.advance(Duration.ofSeconds(10));
		assertThat(results()).isEmpty();
		this.gateway.away = false;
		this.driver.advance(Duration.ofMinutes(1));
		assertThat(results()).containsExactly("payment.authorized null", "payment.refunded out_of_stock");
		assertThat(this.driver.deadLetters(PAYMENTS)).isEmpty();
	}

	/** An event whose own time is long before any of the cards expired. */
	private void charge(String expiry) {
		this.driver.publish(PAYMENTS, charging(expiry));
	}

	private static Event<PaymentInstruction> charging(String expiry) {
		String token = new CardToken(CardBrand.VISA, "4242", true, SandboxOutcome.APPROVED, "identity").text();
		PaymentInstruction payment = new PaymentInstruction("order", PaymentType.CHARGE, new Money("10.00", "GBP"),
				null, new PaymentInstruction.Card(token, "4242", "visa", expiry));
		return Event.of("payment.charge", "order", payment).withTime(Instant.parse("2001-01-01T00:00:00Z"));
	}

	private void told(String type, @Nullable String reason, @Nullable Boolean refund) {
		this.driver.publish(InventoryNews.STREAM, type, "order", new InventoryNews("order", reason, refund));
	}

	/** What was told since this was asked before. */
	private List<String> results() {
		return this.driver.newOutputs(PaymentResult.STREAM, PaymentResult.class)
			.stream()
			.map((event) -> event.type() + " " + event.data().reason())
			.toList();
	}

	private ProcessorDefinition processor(Clock clock) {
		return new PaymentProcessing().paymentService(new PaymentProcessor(new FraudRules(), this.gateway, clock),
				new IngestionProperties("token", DataSize.ofKilobytes(256), 1, 1, Duration.ofHours(24),
						Duration.ofSeconds(1)));
	}

	private static final class SomeGateway implements PaymentGateway {

		private final List<String> keys = new ArrayList<>();

		private boolean away;

		@Override
		public Authorization authorize(CardToken card, Money amount, String idempotencyKey) {
			if (this.away) {
				throw new IllegalStateException("The gateway is away");
			}
			this.keys.add(idempotencyKey);
			return new Authorization.Approved("auth");
		}

		@Override
		public void refund(String authorizationId, Money amount, String idempotencyKey) {
			assertThat(amount).isEqualTo(new Money("10.00", "GBP"));
		}

	}

}
