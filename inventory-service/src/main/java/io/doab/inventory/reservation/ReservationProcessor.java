package io.doab.inventory.reservation;

import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

import io.doab.inventory.stock.Line;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.StreamJoin;

import org.springframework.stereotype.Component;

/**
 * Answers inventory requests by what is known of the payment of their order, whichever
 * came first: the handlers of a {@link StreamJoin}.
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
 * Whatever is decided is decided in the database first, once for each request: a process
 * may die, or be cut off from the streams, after the goods went out, and the next one
 * find that the money went back in the meantime. The goods are out all the same, so that
 * is what is told.
 *
 * <p>
 * A result's id follows from the id of its request, whatever event made it: the request
 * itself, the payment that it waited for, or the end of its patience.
 */
@Component
class ReservationProcessor {

	/** The join of requests with payments. */
	static final String JOIN = "payment";

	/** State: what is known of the order's payment. */
	static final String PAID = StreamJoin.rightState(JOIN);

	/** State: the requests that wait for it. */
	static final String WAITING = StreamJoin.waitingState(JOIN);

	/**
	 * State: why the order's reservations gave up waiting. The next charge is given back,
	 * for payments were told so.
	 */
	static final String GAVE_UP = "gave-up";

	private static final URI SOURCE = URI.create("urn:doab:inventory-service");

	private final StockMovements movements;

	ReservationProcessor(StockMovements movements) {
		this.movements = movements;
	}

	/** What is known of the payment once something more was told. */
	OrderPaid paymentTold(Optional<OrderPaid> before, Event<PaymentNews> event, ProcessingContext context) {
		OrderPaid known = before.orElse(OrderPaid.NOTHING);
		return switch (event.type()) {
			case PaymentNews.AUTHORIZED -> authorized(known, event.data(), context);
			case PaymentNews.DECLINED -> known.decline();
			case PaymentNews.REFUNDED -> known.refund(event.data().amount().value());
			default -> known;
		};
	}

	/** One refund was asked for: the first charge after it is the one that it takes. */
	private static OrderPaid authorized(OrderPaid before, PaymentNews charge, ProcessingContext context) {
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		OrderPaid paid = before.authorized(charge.amount().value(), charge.authorizationId());
		if (gaveUp.get().isEmpty()) {
			return paid;
		}
		gaveUp.remove();
		return paid.forfeited();
	}

	/** Does what the payment allows; false when it has to wait for it. */
	boolean answer(Event<InventoryInstruction> event, KeyedState<OrderPaid> payment, ProcessingContext context) {
		OrderPaid paid = payment.get().orElse(OrderPaid.NOTHING);
		boolean reserves = event.data().type() == InventoryType.RESERVE;
		switch (reserves ? paid.forReservation() : paid.forReturn()) {
			case UNKNOWN -> {
				if (!reserves || context.state(GAVE_UP, String.class).get().isEmpty()) {
					return false;
				}
				refuse(event, Outcome.PAYMENT_TIMEOUT, payment, context);
			}
			case NO -> refuse(event, Outcome.PAYMENT_DECLINED, payment, context);
			case YES -> move(event, payment, context);
		}
		return true;
	}

	/**
	 * The first reservation that is late gives up for all of its order: none may be left
	 * that a charge would still be used for.
	 */
	void timedOut(Event<InventoryInstruction> event, ProcessingContext context) {
		KeyedState<String> gaveUp = context.state(GAVE_UP, String.class);
		KeyedState<OrderPaid> payment = context.state(PAID, OrderPaid.class);
		InventoryInstruction request = event.data();
		if (request.type() != InventoryType.RESERVE || gaveUp.get().isPresent()) {
			refuse(event, Outcome.PAYMENT_TIMEOUT, payment, context);
			return;
		}
		Outcome outcome = this.movements.refuse(event.id(), request, Outcome.PAYMENT_TIMEOUT);
		if (outcome == Outcome.DONE) {
			done(event, payment, context);
			return;
		}
		gaveUp.put(InventoryResult.PAYMENT_TIMEOUT);
		emit(event, InventoryResult.REJECTED, InventoryResult.refunded(request, outcome.label(), null), context);
	}

	/** Too many wait already. */
	void foundNoRoom(Event<InventoryInstruction> event, ProcessingContext context) {
		refuse(event, Outcome.PAYMENT_TIMEOUT, context.state(PAID, OrderPaid.class), context);
	}

	private void move(Event<InventoryInstruction> event, KeyedState<OrderPaid> payment, ProcessingContext context) {
		InventoryInstruction request = event.data();
		OrderPaid paid = payment.get().orElse(OrderPaid.NOTHING);
		Outcome outcome = this.movements.apply(event.id(), request);
		if (outcome == Outcome.DONE) {
			done(event, payment, context);
		}
		else if (request.type() == InventoryType.RESERVE && paid.reserved() == 0) {
			payment.put(paid.forfeited());
			emit(event, InventoryResult.REJECTED,
					InventoryResult.refunded(request, outcome.label(), paid.authorizationId()), context);
		}
		else {
			reject(event, outcome, context);
		}
	}

	/** Says no, unless the goods are out. */
	private void refuse(Event<InventoryInstruction> event, Outcome reason, KeyedState<OrderPaid> payment,
			ProcessingContext context) {
		Outcome outcome = this.movements.refuse(event.id(), event.data(), reason);
		if (outcome == Outcome.DONE) {
			done(event, payment, context);
		}
		else {
			reject(event, outcome, context);
		}
	}

	private void done(Event<InventoryInstruction> event, KeyedState<OrderPaid> payment, ProcessingContext context) {
		InventoryInstruction request = event.data();
		boolean reserves = request.type() == InventoryType.RESERVE;
		long goods = request.lines().stream().mapToLong(Line::quantity).sum();
		payment.put(payment.get().orElse(OrderPaid.NOTHING).moved(reserves ? goods : -goods));
		emit(event, reserves ? InventoryResult.RESERVED : InventoryResult.RETURNED, InventoryResult.done(request),
				context);
	}

	/** Tells of a rejection that leaves the charge alone. */
	private void reject(Event<InventoryInstruction> event, Outcome reason, ProcessingContext context) {
		emit(event, InventoryResult.REJECTED, InventoryResult.rejected(event.data(), reason.label()), context);
	}

	private void emit(Event<InventoryInstruction> event, String type, InventoryResult result,
			ProcessingContext context) {
		String traceParent = event.headers().get("traceparent");
		Map<String, String> headers = (traceParent != null) ? Map.of("traceparent", traceParent) : Map.of();
		context.emit(InventoryResult.STREAM, new Event<>(EventIds.derive(InventoryResult.STREAM, event.id()), type,
				SOURCE, context.now().truncatedTo(ChronoUnit.MILLIS), result.orderId(), result, headers));
	}

}
