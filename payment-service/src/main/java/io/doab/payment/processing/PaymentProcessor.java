package io.doab.payment.processing;

import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

import io.doab.payment.card.CardToken;
import io.doab.payment.fraud.FraudRules;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.gateway.PaymentGateway.Authorization;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;

import org.springframework.stereotype.Component;

/**
 * Charges and refunds the orders. All of an order happens in stream order, for the order
 * is the key.
 *
 * <p>
 * A charge runs card, fraud, authorisation; the first that objects decides. A charge is
 * given back, once, when inventory says so: of a paid order of which nothing could be
 * reserved, and of one that is charged after its reservation gave up waiting.
 */
@Component
class PaymentProcessor {

	/** State: the order's charge. */
	static final String PAYMENT = "payment";

	/** State: why the order's reservation gave up before there was a charge. */
	static final String GAVE_UP = "gave-up";

	private final FraudRules fraudRules;

	private final PaymentGateway gateway;

	private final Clock clock;

	PaymentProcessor(FraudRules fraudRules, PaymentGateway gateway, Clock clock) {
		this.fraudRules = fraudRules;
		this.gateway = gateway;
		this.clock = clock;
	}

	void pay(Event<PaymentInstruction> event, ProcessingContext context) {
		switch (event.data().type()) {
			case CHARGE -> charge(event, context);
			case REFUND -> refund(event, context);
		}
	}

	private void charge(Event<PaymentInstruction> event, ProcessingContext context) {
		PaymentInstruction payment = event.data();
		KeyedState<OrderPayment> order = context.state(PAYMENT, OrderPayment.class);
		CardToken card = CardToken.parse(Objects.requireNonNull(payment.card()).token());
		Optional<DeclineReason> objection = objection(payment, card, order.get());
		if (objection.isPresent()) {
			context.emit(PaymentResult.STREAM, PaymentResult.DECLINED,
					PaymentResult.declined(payment, objection.get()));
			return;
		}
		switch (this.gateway.authorize(card, payment.amount(), event.id())) {
			case Authorization.InsufficientFunds none -> context.emit(PaymentResult.STREAM, PaymentResult.DECLINED,
					PaymentResult.declined(payment, DeclineReason.INSUFFICIENT_FUNDS));
			case Authorization.Approved approved -> authorized(event, approved, order, context);
		}
	}

	private Optional<DeclineReason> objection(PaymentInstruction payment, CardToken card,
			Optional<OrderPayment> before) {
		if (!card.luhnValid()) {
			return Optional.of(DeclineReason.CARD_INVALID);
		}
		YearMonth expiry = YearMonth.parse(Objects.requireNonNull(payment.card()).expiry());
		// By this clock, not by the time of the event, which its sender may have chosen.
		if (YearMonth.from(this.clock.instant().atOffset(ZoneOffset.UTC)).isAfter(expiry)) {
			return Optional.of(DeclineReason.CARD_EXPIRED);
		}
		if (this.fraudRules.suspect(card)) {
			return Optional.of(DeclineReason.FRAUD_SUSPECTED);
		}
		return before.filter((order) -> !order.isRefunded()).map((order) -> DeclineReason.ALREADY_PAID);
	}

	private void authorized(Event<PaymentInstruction> event, Authorization.Approved approved,
			KeyedState<OrderPayment> order, ProcessingContext context) {
		PaymentInstruction payment = event.data();
		OrderPayment charged = OrderPayment.charged(payment, approved.authorizationId());
		context.emit(PaymentResult.STREAM, PaymentResult.AUTHORIZED, new PaymentResult(payment.orderId(),
				payment.amount(), payment.customer(), charged.card(), null, approved.authorizationId()));
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		if (gaveUp.get().isPresent()) {
			charged = giveBack(payment.orderId(), charged, event.id(), gaveUp.get().get(), context);
			gaveUp.remove();
		}
		order.put(charged);
	}

	private void refund(Event<PaymentInstruction> event, ProcessingContext context) {
		PaymentInstruction refund = event.data();
		KeyedState<OrderPayment> order = context.state(PAYMENT, OrderPayment.class);
		Optional<OrderPayment> charge = order.get();
		if (charge.isPresent()) {
			OrderPayment paid = charge.get();
			if (!paid.charged().currency().equals(refund.amount().currency())
					|| refund.amount().isMoreThan(paid.remaining())) {
				context.emit(PaymentResult.STREAM, PaymentResult.DECLINED,
						PaymentResult.declined(refund, DeclineReason.REFUND_EXCEEDS_CHARGE));
				return;
			}
			this.gateway.refund(paid.authorizationId(), refund.amount(), event.id());
			order.put(paid.refund(refund.amount()));
		}
		context.emit(PaymentResult.STREAM, PaymentResult.REFUNDED,
				new PaymentResult(refund.orderId(), refund.amount(), refund.customer(), PaymentResult.told(refund),
						null, charge.map(OrderPayment::authorizationId).orElse(null)));
	}

	void inventoryTold(Event<InventoryNews> event, ProcessingContext context) {
		// A rejected return, and what is rejected beside goods that were reserved, leave
		// the charge alone: which it is, inventory alone knows.
		if (!event.type().equals(InventoryNews.REJECTED) || !Boolean.TRUE.equals(event.data().refund())) {
			return;
		}
		String reason = String.valueOf(event.data().reason());
		KeyedState<OrderPayment> order = context.state(PAYMENT, OrderPayment.class);
		Optional<OrderPayment> charge = order.get();
		if (charge.isEmpty()) {
			context.state(GAVE_UP, String.class).put(reason);
			return;
		}
		if (charge.get().remaining().amount().signum() > 0) {
			order.put(giveBack(event.data().orderId(), charge.get(), event.id(), reason, context));
		}
	}

	private OrderPayment giveBack(String orderId, OrderPayment paid, String idempotencyKey, String reason,
			ProcessingContext context) {
		Money amount = paid.remaining();
		this.gateway.refund(paid.authorizationId(), amount, idempotencyKey);
		context.emit(PaymentResult.STREAM, PaymentResult.REFUNDED,
				new PaymentResult(orderId, amount, paid.customer(), paid.card(), reason, paid.authorizationId()));
		return paid.refund(amount);
	}

}
