package io.doab.inventory.stock;

import java.util.Map;

import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class StockEventsTests {

	@Test
	void eventsAreAsTheirSchemasSay() {
		PayloadContract.requireEvents(Map.of(StockLevel.CHANGED, StockLevel.class, StockLevel.LOW, StockLevel.class));
	}

}
