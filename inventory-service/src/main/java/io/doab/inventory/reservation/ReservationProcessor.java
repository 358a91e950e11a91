package io.doab.inventory.reservation;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.doab.inventory.reservation.WaitingRequests.Waiting;
import io.doab.inventory.stock.Line;
import io.doab.inventory.stock.StockOutcome;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.Timer;

import org.springframework.stereotype.Component;

/**
 * Joins inventory requests with the payment of their order, whichever comes first, and
 * reserves or takes back.
 *
 * <p>
 * This side alone decides when a charge is given back, and tells it with one rejection
 * ({@link InventoryResult#refund()}). It does so in two cases: a reservation cannot be
 * done while nothing of the order is reserved for the charge; or a reservation has waited
 * long enough, and then for the charge that comes too late. From that rejection on
 * nothing is reserved for the charge, so that money and goods never both go out. What
 * else cannot be done is rejected, and the charge stays: a return, and a further
 * reservation of an order of which something is reserved. There the customer asks for the
 * refund, or for the return of the rest.
 *
 * <p>
 * A result's id follows from the id of its request, whatever event made it: the request
 * itself, the payment that it waited for, or the end of its patience.
 */
@Component
class ReservationProcessor {

	/** State: what is known of the order's payment. */
	static final String PAID = "paid";

	/** State: the requests that wait for it. */
	static final String WAITING = "waiting";

	/**
	 * State: why the order's reservations gave up waiting. The next charge is given back,
	 * for payments were told so.
	 */
	static final String GAVE_UP = "gave-up";

	/** Timer: the patience of the first that waits. */
	static final String PAYMENT_TIMEOUT = "payment-timeout";

	private static final URI SOURCE = URI.create("urn:doab:inventory-service");

	private final StockMovements movements;

	private final ReservationProperties properties;

	private final Clock clock;

	ReservationProcessor(StockMovements movements, ReservationProperties properties, Clock clock) {
		this.movements = movements;
		this.properties = properties;
		this.clock = clock;
	}

	void requested(Event<InventoryInstruction> event, ProcessingContext context) {
		Waiting request = new Waiting(event.id(), event.data(),
				this.clock.instant().plus(this.properties.paymentTimeout()), event.headers().get("traceparent"));
		if (answer(request, context)) {
			return;
		}
		KeyedState<WaitingRequests> state = context.state(WAITING, WaitingRequests.class);
		WaitingRequests waiting = state.get().orElse(WaitingRequests.NONE);
		if (waiting.hasRoomFor(request)) {
			store(state, waiting.with(request), context);
		}
		else {
			reject(request, InventoryResult.PAYMENT_TIMEOUT, context);
		}
	}

	void paymentTold(Event<PaymentNews> event, ProcessingContext context) {
		KeyedState<OrderPaid> state = context.state(PAID, OrderPaid.class);
		OrderPaid before = state.get().orElse(OrderPaid.NOTHING);
		state.put(switch (event.type()) {
			case PaymentNews.AUTHORIZED -> authorized(before, event.data().amount().value(), context);
			case PaymentNews.DECLINED -> before.decline();
			case PaymentNews.REFUNDED -> before.refund(event.data().amount().value());
			default -> before;
		});
		KeyedState<WaitingRequests> waiting = context.state(WAITING, WaitingRequests.class);
		WaitingRequests all = waiting.get().orElse(WaitingRequests.NONE);
		List<Waiting> answered = all.requests().stream().filter((request) -> answer(request, context)).toList();
		if (!answered.isEmpty()) {
			store(waiting, all.without(answered), context);
		}
	}

	/** One refund was asked for: the first charge after it is the one that it takes. */
	private static OrderPaid authorized(OrderPaid before, BigDecimal amount, ProcessingContext context) {
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		OrderPaid paid = before.authorized(amount);
		if (gaveUp.get().isEmpty()) {
			return paid;
		}
		gaveUp.remove();
		return paid.forfeited();
	}

	/**
	 * The first reservation that is late gives up for all of its order: none may be left
	 * that a charge would still be used for.
	 */
	void paymentTimedOut(Timer timer, ProcessingContext context) {
		KeyedState<WaitingRequests> waiting = context.state(WAITING, WaitingRequests.class);
		WaitingRequests all = waiting.get().orElse(WaitingRequests.NONE);
		Instant now = timer.due();
		boolean giveUp = all.requests().stream().anyMatch((request) -> request.reserves() && request.late(now));
		List<Waiting> ended = all.requests()
			.stream()
			.filter((request) -> request.late(now) || (giveUp && request.reserves()))
			.toList();
		ended.forEach((request) -> timedOut(request, context));
		store(waiting, all.without(ended), context);
	}

	private void timedOut(Waiting request, ProcessingContext context) {
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		if (request.reserves() && gaveUp.get().isEmpty()) {
			gaveUp.put(InventoryResult.PAYMENT_TIMEOUT);
			emit(request, InventoryResult.REJECTED,
					InventoryResult.refunded(request.instruction(), InventoryResult.PAYMENT_TIMEOUT), context);
		}
		else {
			reject(request, InventoryResult.PAYMENT_TIMEOUT, context);
		}
	}

	private static void store(KeyedState<WaitingRequests> state, WaitingRequests waiting, ProcessingContext context) {
		if (waiting.isEmpty()) {
			state.remove();
			context.cancel(PAYMENT_TIMEOUT);
		}
		else {
			state.put(waiting);
			waiting.firstDeadline().ifPresent((deadline) -> context.schedule(PAYMENT_TIMEOUT, deadline));
		}
	}

	/** Does what the payment allows; false when it has to wait for it. */
	private boolean answer(Waiting request, ProcessingContext context) {
		OrderPaid paid = context.state(PAID, OrderPaid.class).get().orElse(OrderPaid.NOTHING);
		switch (request.reserves() ? paid.forReservation() : paid.forReturn()) {
			case UNKNOWN -> {
				if (!request.reserves() || context.state(GAVE_UP, String.class).get().isEmpty()) {
					return false;
				}
				reject(request, InventoryResult.PAYMENT_TIMEOUT, context);
			}
			case NO -> reject(request, InventoryResult.PAYMENT_DECLINED, context);
			case YES -> move(request, paid, context);
		}
		return true;
	}

	private void move(Waiting request, OrderPaid paid, ProcessingContext context) {
		KeyedState<OrderPaid> state = context.state(PAID, OrderPaid.class);
		StockOutcome outcome = this.movements.apply(request);
		if (outcome == StockOutcome.DONE) {
			long goods = request.instruction().lines().stream().mapToLong(Line::quantity).sum();
			state.put(paid.moved(request.reserves() ? goods : -goods));
			emit(request, request.reserves() ? InventoryResult.RESERVED : InventoryResult.RETURNED,
					InventoryResult.done(request.instruction()), context);
		}
		else if (request.reserves() && paid.reserved() == 0) {
			state.put(paid.forfeited());
			emit(request, InventoryResult.REJECTED, InventoryResult.refunded(request.instruction(), outcome.label()),
					context);
		}
		else {
			reject(request, outcome.label(), context);
		}
	}

	/** Tells of a rejection that leaves the charge alone. */
	private void reject(Waiting request, String reason, ProcessingContext context) {
		emit(request, InventoryResult.REJECTED, InventoryResult.rejected(request.instruction(), reason), context);
	}

	private void emit(Waiting request, String type, InventoryResult result, ProcessingContext context) {
		Map<String, String> headers = (request.traceParent() != null) ? Map.of("traceparent", request.traceParent())
				: Map.of();
		context.emit(InventoryResult.STREAM, new Event<>(EventIds.derive(InventoryResult.STREAM, request.eventId()),
				type, SOURCE, this.clock.instant().truncatedTo(ChronoUnit.MILLIS), result.orderId(), result, headers));
	}

}
