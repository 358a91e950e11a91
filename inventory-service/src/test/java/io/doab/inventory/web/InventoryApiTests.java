package io.doab.inventory.web;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.doab.contract.EndpointContract;
import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class InventoryApiTests {

	@Test
	void requestsAreAsTheirSchemasSay() {
		PayloadContract.requireRequests(Map.of("inventory", InventoryRequest.class, "stock-level",
				StockController.Level.class, "stock-line", StockController.SkuLevel.class));
	}

	@Test
	void everyEndpointIsInTheOpenApiDocument() {
		EndpointContract contract = EndpointContract.of("inventory-service");
		Set<String> operations = new TreeSet<>(EndpointContract.operationsOf(StockController.class));
		operations.add("POST " + new InventoryDoor().inventory().path());
		contract.requireOperations(operations);
		contract.requireProblemsForErrors();
	}

}
