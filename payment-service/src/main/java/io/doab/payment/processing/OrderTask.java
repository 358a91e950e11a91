package io.doab.payment.processing;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

import io.doab.payment.card.CardToken;
import io.doab.payment.fraud.ExaminedCharge;
import io.doab.stream.Event;
import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

/**
 * Something to be done for an order, in its turn: a payment that was asked for, or the
 * refund of what could not be reserved.
 *
 * @param eventId of the event that brought it: what ids of results and idempotency keys
 * are derived from, whatever event it is done with
 * @param orderKey the key of the order
 * @param orderId the id of the order
 * @param receivedAt when it was taken in
 * @param payment what was asked for, or null for the refund of what is there
 * @param refundReason why it is refunded, when nobody asked for it
 * @param refundOf the charge that is then refunded and no other, or null for the one that
 * there is, or else the next
 */
record OrderTask(String eventId, String orderKey, String orderId, Instant receivedAt, @Nullable String traceParent,
		@Nullable PaymentInstruction payment, @Nullable String refundReason, @Nullable String refundOf) {

	private static final String TRACE_PARENT = "traceparent";

	/**
	 * What an event asks for.
	 * @throws InvalidEventException when it is none that the door lets in
	 */
	static OrderTask of(Event<PaymentInstruction> event, Clock clock) {
		PaymentInstruction payment = event.data();
		if (payment.type() == PaymentType.CHARGE) {
			requireCard(payment);
		}
		return new OrderTask(event.id(), requireKey(event), payment.orderId(), receivedAt(event, clock),
				event.headers().get(TRACE_PARENT), payment, null, null);
	}

	/** The refund that inventory asks for. */
	static OrderTask refund(Event<InventoryNews> event, Clock clock) {
		return new OrderTask(event.id(), requireKey(event), event.data().orderId(),
				clock.instant().truncatedTo(ChronoUnit.MILLIS), event.headers().get(TRACE_PARENT), null,
				String.valueOf(event.data().reason()), event.data().authorizationId());
	}

	private static void requireCard(PaymentInstruction payment) {
		try {
			PaymentInstruction.Card card = Objects.requireNonNull(payment.card(), "a card");
			CardToken.parse(card.token());
			YearMonth.parse(card.expiry());
		}
		catch (NullPointerException | IllegalArgumentException | DateTimeException ex) {
			throw new InvalidEventException("A charge needs a card with a token of this service and an expiry such as"
					+ " 2030-12: send it to POST /payments", ex);
		}
	}

	private static String requireKey(Event<?> event) {
		if (event.key() == null) {
			throw new InvalidEventException("The event has no key: it has to be that of its order");
		}
		return event.key();
	}

	/**
	 * What the door wrote, for the time of the event is its sender's to choose. Not later
	 * than now: clocks differ.
	 */
	private static Instant receivedAt(Event<?> event, Clock clock) {
		Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
		String received = event.headers().get(PaymentInstruction.RECEIVED_HEADER);
		try {
			Instant time = (received != null) ? Instant.parse(received) : now;
			return time.isBefore(now) ? time : now;
		}
		catch (DateTimeException ex) {
			return now;
		}
	}

	/** The payment that was asked for. */
	PaymentInstruction instruction() {
		return Objects.requireNonNull(this.payment, "payment");
	}

	/** What it is charged to. */
	CardToken card() {
		return CardToken.parse(cardOfCharge().token());
	}

	/** The last month in which the card is good. */
	YearMonth expiry() {
		return YearMonth.parse(cardOfCharge().expiry());
	}

	private PaymentInstruction.Card cardOfCharge() {
		return Objects.requireNonNull(instruction().card(), "card");
	}

	/** What the fraud rules are told of it. */
	ExaminedCharge examined() {
		PaymentInstruction.Customer customer = instruction().customer();
		return new ExaminedCharge(this.eventId, this.orderKey, card().identity(),
				(customer != null) ? customer.id() : null, (customer != null) ? customer.country() : null,
				instruction().amount(), this.receivedAt, null);
	}

}
