package io.doab.inventory.reservation;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.doab.inventory.reservation.WaitingRequests.Waiting;
import io.doab.inventory.stock.Stock;
import io.doab.inventory.stock.StockOutcome;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.Timer;
import io.doab.stream.jdbc.JdbcInbox;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Joins inventory requests with the payment of their order, whichever comes first, and
 * reserves or takes back.
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

	/** Timer: the patience of the first that waits. */
	static final String PAYMENT_TIMEOUT = "payment-timeout";

	private static final URI SOURCE = URI.create("urn:doab:inventory-service");

	private final Stock stock;

	private final JdbcInbox inbox;

	private final ReservationProperties properties;

	private final Clock clock;

	ReservationProcessor(Stock stock, JdbcInbox inbox, ReservationProperties properties, Clock clock) {
		this.stock = stock;
		this.inbox = inbox;
		this.properties = properties;
		this.clock = clock;
	}

	void requested(Event<InventoryInstruction> event, ProcessingContext context) {
		Waiting request = new Waiting(event.id(), event.data(),
				this.clock.instant().plus(this.properties.paymentTimeout()), event.headers().get("traceparent"));
		OrderPaid paid = context.state(PAID, OrderPaid.class).get().orElse(OrderPaid.NOTHING);
		if (!answer(request, paid, context)) {
			KeyedState<WaitingRequests> waiting = context.state(WAITING, WaitingRequests.class);
			store(waiting, waiting.get().orElse(WaitingRequests.NONE).with(request), context);
		}
	}

	void paymentTold(Event<PaymentNews> event, ProcessingContext context) {
		KeyedState<OrderPaid> state = context.state(PAID, OrderPaid.class);
		OrderPaid before = state.get().orElse(OrderPaid.NOTHING);
		OrderPaid paid = switch (event.type()) {
			case PaymentNews.AUTHORIZED -> before.authorized(event.data().amount().value());
			case PaymentNews.DECLINED -> before.decline();
			case PaymentNews.REFUNDED -> before.refund(event.data().amount().value());
			default -> before;
		};
		state.put(paid);
		KeyedState<WaitingRequests> waiting = context.state(WAITING, WaitingRequests.class);
		WaitingRequests all = waiting.get().orElse(WaitingRequests.NONE);
		List<Waiting> answered = all.requests().stream().filter((request) -> answer(request, paid, context)).toList();
		if (!answered.isEmpty()) {
			store(waiting, all.without(answered), context);
		}
	}

	void paymentTimedOut(Timer timer, ProcessingContext context) {
		KeyedState<WaitingRequests> waiting = context.state(WAITING, WaitingRequests.class);
		WaitingRequests all = waiting.get().orElse(WaitingRequests.NONE);
		Instant now = timer.due();
		List<Waiting> late = all.requests().stream().filter((request) -> !request.deadline().isAfter(now)).toList();
		late.forEach((request) -> emit(request, InventoryResult.REJECTED, InventoryResult.PAYMENT_TIMEOUT, context));
		store(waiting, all.without(late), context);
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
	private boolean answer(Waiting request, OrderPaid paid, ProcessingContext context) {
		boolean reserve = request.instruction().type() == InventoryType.RESERVE;
		switch (reserve ? paid.forReservation() : paid.forReturn()) {
			case UNKNOWN -> {
				return false;
			}
			case NO -> emit(request, InventoryResult.REJECTED, InventoryResult.PAYMENT_DECLINED, context);
			case YES -> {
				StockOutcome outcome = change(request, reserve);
				if (outcome == StockOutcome.DONE) {
					emit(request, reserve ? InventoryResult.RESERVED : InventoryResult.RETURNED, null, context);
				}
				else {
					emit(request, InventoryResult.REJECTED, outcome.label(), context);
				}
			}
		}
		return true;
	}

	/** Once per request: a repeat finds what the first time did. */
	private StockOutcome change(Waiting request, boolean reserve) {
		String orderId = request.instruction().orderId();
		return this.inbox.once(request.eventId(), StockOutcome.class,
				() -> reserve ? this.stock.reserve(request.eventId(), orderId, request.instruction().lines())
						: this.stock.takeBack(request.eventId(), orderId, request.instruction().lines()));
	}

	private void emit(Waiting request, String type, @Nullable String reason, ProcessingContext context) {
		InventoryInstruction instruction = request.instruction();
		Map<String, String> headers = (request.traceParent() != null) ? Map.of("traceparent", request.traceParent())
				: Map.of();
		context.emit(InventoryResult.STREAM,
				new Event<>(EventIds.derive(InventoryResult.STREAM, request.eventId()), type, SOURCE,
						this.clock.instant().truncatedTo(ChronoUnit.MILLIS), instruction.orderId(),
						new InventoryResult(instruction.orderId(), instruction.lines(), reason), headers));
	}

}
