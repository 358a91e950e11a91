package io.doab.payment.processing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import io.doab.payment.card.CardBrand;
import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudRules;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.test.RecordingContext;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of charges, and when they are given back.
 */
class PaymentProcessorTests {

	private final RecordingContext context = new RecordingContext("key");

	private final PaymentProcessor processor = new PaymentProcessor(new FraudRules(), new Approving(),
			Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC));

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
	void aCardExpiresByTheClockNotByTheTimeThatTheSenderGave() {
		charge("2020-01");
		charge("2026-05");
		charge("2026-06");
		assertThat(results()).containsExactly("payment.declined card_expired", "payment.declined card_expired",
				"payment.authorized null");
	}

	/** An event whose own time is long before any of the cards expired. */
	private void charge(String expiry) {
		String token = new CardToken(CardBrand.VISA, "4242", true, SandboxOutcome.APPROVED, "identity").text();
		PaymentInstruction payment = new PaymentInstruction("order", PaymentType.CHARGE, new Money("10.00", "GBP"),
				null, new PaymentInstruction.Card(token, "4242", "visa", expiry));
		this.processor.pay(Event.of("payment.charge", "order", payment).withTime(Instant.parse("2001-01-01T00:00:00Z")),
				this.context);
	}

	private void told(String type, @Nullable String reason, @Nullable Boolean refund) {
		this.processor.inventoryTold(Event.of(type, "order", new InventoryNews("order", reason, refund)), this.context);
	}

	private List<String> results() {
		return this.context.emitted()
			.stream()
			.map((event) -> event.type() + " " + ((PaymentResult) event.data()).reason())
			.toList();
	}

	private static final class Approving implements PaymentGateway {

		@Override
		public Authorization authorize(CardToken card, Money amount, String idempotencyKey) {
			return new Authorization.Approved("auth");
		}

		@Override
		public void refund(String authorizationId, Money amount, String idempotencyKey) {
			assertThat(amount).isEqualTo(new Money("10.00", "GBP"));
		}

	}

}
