package io.doab.inventory.reservation;

import java.util.Map;

import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class InventoryEventsTests {

	@Test
	void eventsAreAsTheirSchemasSay() {
		PayloadContract.requireEvents(Map.of(InventoryType.RESERVE.eventType(), InventoryInstruction.class,
				InventoryType.RETURN.eventType(), InventoryInstruction.class, InventoryResult.RESERVED,
				InventoryResult.class, InventoryResult.REJECTED, InventoryResult.class, InventoryResult.RETURNED,
				InventoryResult.class));
	}

}
