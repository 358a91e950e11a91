package io.doab.inventory.reservation;

import java.util.Locale;

import io.doab.inventory.stock.StockOutcome;

/**
 * What became of a request. The inbox remembers it by its name, so that a request has the
 * same outcome for ever: do not change a name.
 */
enum Outcome {

	/** The goods went out, or came back. */
	DONE,

	/** There is less of a line than it asks for. */
	OUT_OF_STOCK,

	/** A line names something that is not kept. */
	UNKNOWN_SKU,

	/** More is returned of an order than was reserved for it. */
	EXCEEDS_RESERVATION,

	/** It was not paid for, or the money went back. */
	PAYMENT_DECLINED,

	/** It has waited for its payment for long enough. */
	PAYMENT_TIMEOUT;

	static Outcome of(StockOutcome outcome) {
		return switch (outcome) {
			case DONE -> DONE;
			case OUT_OF_STOCK -> OUT_OF_STOCK;
			case UNKNOWN_SKU -> UNKNOWN_SKU;
			case EXCEEDS_RESERVATION -> EXCEEDS_RESERVATION;
		};
	}

	/** The reason as events carry it. */
	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
