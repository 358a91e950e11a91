package io.doab.inventory.reservation;

import java.util.stream.Collectors;

import io.doab.inventory.reservation.WaitingRequests.Waiting;
import io.doab.inventory.stock.Stock;
import io.doab.inventory.stock.StockOutcome;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.JdbcInbox;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Moves the stock once per request: a repeat finds what the first time did.
 *
 * <p>
 * An {@code Idempotency-Key} that is used again for other lines, long after its window,
 * brings an event id that was handled before. Nothing is moved for it then, and nothing
 * may be said to be: such an event is a dead letter.
 */
@Component
class StockMovements {

	private final Stock stock;

	private final JdbcInbox inbox;

	StockMovements(Stock stock, JdbcInbox inbox) {
		this.stock = stock;
		this.inbox = inbox;
	}

	/**
	 * Takes the goods out of the stock, or puts them back.
	 * @throws InvalidEventException when another request was handled under its id
	 */
	StockOutcome apply(Waiting request) {
		try {
			return this.inbox.once(request.eventId(), content(request.instruction()), StockOutcome.class,
					() -> move(request));
		}
		catch (DuplicateKeyException ex) {
			throw new InvalidEventException(
					"The goods of this event were moved before, too long ago to tell how: use a new Idempotency-Key",
					ex);
		}
		catch (DataIntegrityViolationException ex) {
			// The door refuses what it knows of. What is left is a name that this
			// database cannot even ask for, so it is no name of anything in it; and
			// whoever paid for it gets the money back, which a dead letter would not do.
			return StockOutcome.UNKNOWN_SKU;
		}
	}

	private StockOutcome move(Waiting request) {
		InventoryInstruction instruction = request.instruction();
		return request.reserves() ? this.stock.reserve(request.eventId(), instruction.orderId(), instruction.lines())
				: this.stock.takeBack(request.eventId(), instruction.orderId(), instruction.lines());
	}

	/** Stays the same for one request whatever a later version adds to the record. */
	private static String content(InventoryInstruction instruction) {
		return instruction.lines()
			.stream()
			.map((line) -> line.quantity() + " " + line.sku())
			.collect(Collectors.joining("\n", instruction.type().label() + " " + instruction.orderId() + "\n", ""));
	}

}
