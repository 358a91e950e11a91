package io.doab.inventory.stock;

/**
 * What became of a change of the stock.
 */
public enum StockOutcome {

	/** All lines were changed. */
	DONE,

	/** There is less of a line than it asks for; nothing was changed. */
	OUT_OF_STOCK,

	/** A line names something that is not kept; nothing was changed. */
	UNKNOWN_SKU,

	/**
	 * More of a line is returned than is left of what was reserved for the order; nothing
	 * was changed.
	 */
	EXCEEDS_RESERVATION

}
