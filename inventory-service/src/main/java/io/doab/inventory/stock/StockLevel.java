package io.doab.inventory.stock;

import org.jspecify.annotations.Nullable;

/**
 * What an event tells of the stock of a SKU.
 *
 * @param available how many there are
 * @param change how many more than before, negative when fewer; all of them when the SKU
 * is new
 * @param orderId whose goods they are that went or came back, or null when somebody set
 * the stock
 */
record StockLevel(String sku, long available, long change, @Nullable String orderId) {

	/** Of every change. */
	static final String CHANGED = "stock.changed";

	/** Of a change with which the stock became low. */
	static final String LOW = "stock.low";

	/** Whether it is low now and was not before. */
	boolean fellTo(long lowAt) {
		return this.available <= lowAt && this.change < 0 && this.available - this.change > lowAt;
	}

}
