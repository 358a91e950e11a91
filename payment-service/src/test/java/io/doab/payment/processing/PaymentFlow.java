package io.doab.payment.processing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.doab.payment.card.CardBrand;
import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudFixture;
import io.doab.payment.fraud.FraudProperties;
import io.doab.payment.fraud.FraudRoute;
import io.doab.payment.fraud.FraudVerdict;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.rest.IngestionProperties;
import io.doab.stream.test.ProcessorTestDriver;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The three processors of payments, each in a driver of its own, and the streams between
 * them: carried at once, or when the test says so.
 */
final class PaymentFlow implements AutoCloseable {

	static final String PAYMENTS = "payments";

	static final Instant START = Instant.parse("2026-06-15T12:00:00Z");

	final ProcessorTestDriver orders;

	private final ProcessorTestDriver cards;

	private final ProcessorTestDriver customers;

	private boolean held;

	PaymentFlow(PaymentGateway gateway, FraudProperties fraud) {
		this.orders = ProcessorTestDriver.of((clock) -> definition(gateway, fraud, clock)).at(START).build();
		this.cards = ProcessorTestDriver.of((clock) -> FraudFixture.byCard(fraud, clock)).at(START).build();
		this.customers = ProcessorTestDriver.of((clock) -> FraudFixture.byCustomer(fraud, clock)).at(START).build();
	}

	static ProcessorDefinition definition(PaymentGateway gateway, FraudProperties fraud, Clock clock) {
		OrderPayments orders = new OrderPayments(gateway, FraudFixture.route(fraud, clock), clock);
		return new PaymentProcessing().paymentService(new PaymentProcessor(orders, fraud, clock),
				new IngestionProperties("token", DataSize.ofKilobytes(256), 1, 1, Duration.ofHours(24),
						Duration.ofSeconds(1)));
	}

	/**
	 * From now on nothing comes to the rules, nor from them, until {@link #release()}.
	 */
	void hold() {
		this.held = true;
	}

	void release() {
		this.held = false;
		carry();
	}

	void publish(String stream, Event<?> event) {
		this.orders.publish(stream, event);
		carry();
	}

	/** A charge of ten pounds with the default card. */
	void charge(String order) {
		publish(PAYMENTS, charging(order, "10.00"));
	}

	void refund(String order, String amount) {
		publish(PAYMENTS, refunding(order, amount, "GBP"));
	}

	/** Inventory could not reserve. */
	void rejected(String order, String reason) {
		told(InventoryNews.REJECTED, order, reason, true);
	}

	/** Inventory could not reserve, and names the charge. */
	void rejected(String order, String reason, String authorizationId) {
		publish(InventoryNews.STREAM,
				Event.of(InventoryNews.REJECTED, order, new InventoryNews(order, reason, true, authorizationId)));
	}

	void told(String type, String order, @Nullable String reason, @Nullable Boolean refund) {
		publish(InventoryNews.STREAM, Event.of(type, order, new InventoryNews(order, reason, refund, null)));
	}

	void advance(Duration time) {
		this.orders.advance(time);
		this.cards.advance(time);
		this.customers.advance(time);
		carry();
	}

	private void carry() {
		while (!this.held) {
			FraudFixture.carry(this.orders, FraudRoute.BY_CARD, this.cards);
			FraudFixture.carry(this.orders, FraudRoute.BY_CUSTOMER, this.customers);
			FraudFixture.carry(this.cards, FraudRoute.BY_CUSTOMER, this.customers);
			List<Event<FraudVerdict>> verdicts = new ArrayList<>(
					this.cards.newOutputs(FraudVerdict.STREAM, FraudVerdict.class));
			verdicts.addAll(this.customers.newOutputs(FraudVerdict.STREAM, FraudVerdict.class));
			if (verdicts.isEmpty()) {
				return;
			}
			verdicts.forEach((verdict) -> this.orders.publish(FraudVerdict.STREAM, verdict));
		}
	}

	/** What was told since this was asked before: type without its prefix, and reason. */
	List<String> results() {
		return newResults().stream()
			.map((event) -> event.type().substring("payment.".length())
					+ ((event.data().reason() != null) ? " " + event.data().reason() : ""))
			.toList();
	}

	List<Event<PaymentResult>> newResults() {
		return this.orders.newOutputs(PaymentResult.STREAM, PaymentResult.class);
	}

	@Override
	public void close() {
		this.orders.close();
		this.cards.close();
		this.customers.close();
	}

	// Events.

	/** An event whose own time is long before any of the cards expired. */
	static Event<PaymentInstruction> charging(String order, String amount) {
		return charging(order, amount, card(SandboxOutcome.APPROVED, "2030-12"), null);
	}

	static Event<PaymentInstruction> charging(String order, String amount, PaymentInstruction.Card card,
			PaymentInstruction.@Nullable Customer customer) {
		return Event
			.of("payment.charge", order,
					new PaymentInstruction(order, PaymentType.CHARGE, new Money(amount, "GBP"), customer, card))
			.withTime(Instant.parse("2001-01-01T00:00:00Z"));
	}

	static Event<PaymentInstruction> refunding(String order, String amount, String currency) {
		return Event.of("payment.refund", order,
				new PaymentInstruction(order, PaymentType.REFUND, new Money(amount, currency), null, null));
	}

	static PaymentInstruction.Card card(SandboxOutcome outcome, String expiry) {
		String token = new CardToken(CardBrand.VISA, "4242", true, outcome, "identity").text();
		return new PaymentInstruction.Card(token, "4242", "visa", expiry);
	}

}
