package io.doab.inventory.stock;

import java.util.Locale;

/**
 * What became of a change of the stock.
 */
public enum StockOutcome {

	/** All lines were changed. */
	DONE,

	/** There is less of a line than it asks for; nothing was changed. */
	OUT_OF_STOCK,

	/** A line names something that is not kept; nothing was changed. */
	UNKNOWN_SKU;

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
