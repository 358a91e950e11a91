package io.doab.inventory.reservation;

import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.doab.inventory.stock.Stock;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.JdbcInbox;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Moves the goods of requests, or decides that they are not moved, once each, together
 * with a note that it was done. Whoever handles a request again, be it next to a process
 * that stood still with its transaction open, gets the outcome of the first time.
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
	Outcome apply(String eventId, InventoryInstruction request) {
		return once(eventId, request,
				() -> Outcome.of((request.type() == InventoryType.RESERVE)
						? this.stock.reserve(eventId, request.orderId(), request.lines())
						: this.stock.takeBack(eventId, request.orderId(), request.lines())),
				Outcome.UNKNOWN_SKU);
	}

	/**
	 * Leaves the goods where they are, for a reason, unless they were moved already.
	 * @throws InvalidEventException when another request was handled under its id
	 */
	Outcome refuse(String eventId, InventoryInstruction request, Outcome reason) {
		return once(eventId, request, () -> reason, reason);
	}

	private Outcome once(String eventId, InventoryInstruction request, Supplier<Outcome> effect, Outcome otherwise) {
		try {
			return this.inbox.once(eventId, content(request), Outcome.class, effect);
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
			return otherwise;
		}
	}

	/** Stays the same for one request whatever a later version adds to the record. */
	private static String content(InventoryInstruction instruction) {
		return instruction.lines()
			.stream()
			.map((line) -> line.quantity() + " " + line.sku())
			.collect(Collectors.joining("\n", instruction.type().label() + " " + instruction.orderId() + "\n", ""));
	}

}
