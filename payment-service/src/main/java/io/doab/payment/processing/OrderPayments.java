package io.doab.payment.processing;

import java.net.URI;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudRoute;
import io.doab.payment.fraud.FraudRule;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.gateway.PaymentGateway.Answer;
import io.doab.payment.money.Money;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * What is done for an order: charges, refunds and what is told of them. Each is done when
 * all before it are.
 *
 * <p>
 * The key under which the gateway is asked and the id of what is told follow from the
 * order and the event that brought the task, so that doing it again is doing it once.
 */
@Component
class OrderPayments {

	/** State: the order's charge. */
	static final String PAYMENT = "payment";

	/** State: why the order's reservation gave up before there was a charge. */
	static final String GAVE_UP = "gave-up";

	private static final Logger logger = LoggerFactory.getLogger(OrderPayments.class);

	private static final URI SOURCE = URI.create("urn:doab:payment-service");

	private final PaymentGateway gateway;

	private final FraudRoute fraud;

	private final Clock clock;

	OrderPayments(PaymentGateway gateway, FraudRoute fraud, Clock clock) {
		this.gateway = gateway;
		this.fraud = fraud;
		this.clock = clock;
	}

	/**
	 * Asks the fraud rules about a charge to which nothing objects at first sight.
	 * @return false when they are not asked: it can be done at once
	 */
	boolean askRules(OrderTask task, ProcessingContext context) {
		return isCharge(task) && objection(task, context).isEmpty() && askRulesAgain(task, 1, context);
	}

	/**
	 * Asks the fraud rules about a charge.
	 * @return false when none of them wants to see it any more
	 */
	boolean askRulesAgain(OrderTask charge, int attempt, ProcessingContext context) {
		return this.fraud.examine(charge.examined(), attempt, charge.traceParent(), context);
	}

	/** Does what needs no examination. */
	void perform(OrderTask task, ProcessingContext context) {
		if (task.payment() == null) {
			refundUnasked(task, context);
		}
		else if (isCharge(task)) {
			objection(task, context).ifPresentOrElse(
					(reason) -> decline(task, reason.label(),
							(reason == DeclineReason.FRAUD_SUSPECTED) ? FraudRule.SANDBOX.label() : null, context),
					() -> charge(task, context));
		}
		else {
			refund(task, context);
		}
	}

	/**
	 * Does a charge about which the rules were asked.
	 * @param rule which of them suspects it, or null
	 */
	void performExamined(OrderTask charge, @Nullable String rule, ProcessingContext context) {
		if (rule != null) {
			decline(charge, DeclineReason.FRAUD_SUSPECTED.label(), rule, context);
		}
		else {
			charge(charge, context);
		}
	}

	void decline(OrderTask task, DeclineReason reason, ProcessingContext context) {
		decline(task, reason.label(), null, context);
	}

	private static boolean isCharge(OrderTask task) {
		return task.payment() != null && task.payment().type() == PaymentType.CHARGE;
	}

	private Optional<DeclineReason> objection(OrderTask charge, ProcessingContext context) {
		if (!charge.card().luhnValid()) {
			return Optional.of(DeclineReason.CARD_INVALID);
		}
		// Good to the end of the month, by UTC.
		if (YearMonth.from(charge.receivedAt().atOffset(ZoneOffset.UTC)).isAfter(charge.expiry())) {
			return Optional.of(DeclineReason.CARD_EXPIRED);
		}
		if (charge.card().outcome() == SandboxOutcome.FRAUD_SUSPECTED) {
			return Optional.of(DeclineReason.FRAUD_SUSPECTED);
		}
		return payment(context).get().filter((paid) -> !paid.isRefunded()).map((paid) -> DeclineReason.ALREADY_PAID);
	}

	private void charge(OrderTask task, ProcessingContext context) {
		PaymentInstruction payment = task.instruction();
		switch (this.gateway.authorize(task.card(), payment.amount(), key("charge", task))) {
			case Answer.Declined declined -> decline(task, declined.reason(), null, context);
			case Answer.Done done -> {
				OrderPayment charged = OrderPayment.charged(payment, done.id());
				tell(task, PaymentResult.AUTHORIZED, PaymentResult.done(payment, done.id()), context);
				this.fraud.paid(task.examined(), task.traceParent(), context);
				payment(context).put(charged);
				giveBackIfUnwanted(task, charged, context);
			}
		}
	}

	private void giveBackIfUnwanted(OrderTask task, OrderPayment charged, ProcessingContext context) {
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		gaveUp.get().ifPresent((reason) -> {
			giveBack(task, charged, reason, context);
			gaveUp.remove();
		});
	}

	private void refund(OrderTask task, ProcessingContext context) {
		PaymentInstruction refund = task.instruction();
		Optional<OrderPayment> charge = payment(context).get();
		Optional<DeclineReason> objection = charge.flatMap((paid) -> paid.objectionTo(refund.amount()));
		if (objection.isPresent()) {
			decline(task, objection.get().label(), null, context);
		}
		else if (charge.isEmpty()) {
			// Of a charge that was not made here: it is told, and moves no money.
			tell(task, PaymentResult.REFUNDED, PaymentResult.done(refund, null), context);
		}
		else {
			refund(task, charge.get(), context);
		}
	}

	private void refund(OrderTask task, OrderPayment charge, ProcessingContext context) {
		PaymentInstruction refund = task.instruction();
		switch (giveBack(task, charge, refund.amount())) {
			case Answer.Declined declined -> decline(task, declined.reason(), null, context);
			case Answer.Done done -> {
				payment(context).put(charge.refund(refund.amount()));
				tell(task, PaymentResult.REFUNDED, PaymentResult.done(refund, charge.authorizationId()), context);
			}
		}
	}

	/**
	 * Of the charge that is named; else of the one that there is, or else of the next.
	 */
	private void refundUnasked(OrderTask task, ProcessingContext context) {
		Optional<OrderPayment> charge = payment(context).get();
		String reason = String.valueOf(task.refundReason());
		String named = task.refundOf();
		if (named != null && charge.filter((paid) -> paid.authorizationId().equals(named)).isEmpty()) {
			// It was given back before; what was charged since then is not meant.
			return;
		}
		if (charge.isEmpty()) {
			context.state(GAVE_UP, String.class).put(reason);
		}
		else if (charge.get().remaining().amount().signum() > 0) {
			giveBack(task, charge.get(), reason, context);
		}
	}

	private void giveBack(OrderTask task, OrderPayment charge, String reason, ProcessingContext context) {
		Money amount = charge.remaining();
		switch (giveBack(task, charge, amount)) {
			case Answer.Done done -> {
				payment(context).put(charge.refund(amount));
				tell(task, PaymentResult.REFUNDED, PaymentResult.ofCharge(task.orderId(), charge, amount, reason),
						context);
			}
			case Answer.Declined declined -> {
				logger.warn("The charge of order {} is to be given back ({}), and the gateway declines that ({})."
						+ " Somebody has to see to it", task.orderId(), reason, declined.reason());
				tell(task, PaymentResult.DECLINED,
						PaymentResult.ofCharge(task.orderId(), charge, amount, declined.reason()), context);
			}
		}
	}

	private Answer giveBack(OrderTask task, OrderPayment charge, Money amount) {
		return (amount.amount().signum() == 0) ? new Answer.Done("nothing")
				: this.gateway.refund(charge.authorizationId(), amount, key("refund", task));
	}

	private static String key(String what, OrderTask task) {
		return EventIds.derive(what, task.orderKey(), task.eventId());
	}

	private static KeyedState<OrderPayment> payment(ProcessingContext context) {
		return context.state(PAYMENT, OrderPayment.class);
	}

	private void decline(OrderTask task, String reason, @Nullable String rule, ProcessingContext context) {
		tell(task, PaymentResult.DECLINED, PaymentResult.declined(task.instruction(), reason, rule), context);
	}

	private void tell(OrderTask task, String type, PaymentResult result, ProcessingContext context) {
		Map<String, String> headers = (task.traceParent() != null) ? Map.of("traceparent", task.traceParent())
				: Map.of();
		context.emit(PaymentResult.STREAM, new Event<>(EventIds.derive(task.eventId(), PaymentResult.STREAM, type, "0"),
				type, SOURCE, this.clock.instant().truncatedTo(ChronoUnit.MILLIS), task.orderKey(), result, headers));
	}

}
