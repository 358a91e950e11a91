package io.doab.destinations.dashboard;

import java.util.Map;

import io.doab.contract.EndpointContract;
import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class DashboardApiTests {

	@Test
	void answersAreAsTheirSchemasSay() {
		PayloadContract.requireAnswers(Map.of("dashboard-summary", Summary.class, "dashboard-orders",
				DashboardController.Orders.class, "dashboard-order", OrderWay.class));
	}

	@Test
	void everyEndpointIsInTheOpenApiDocument() {
		EndpointContract.of("destinations-service")
			.requireOperations("/dashboard", EndpointContract.operationsOf(DashboardController.class));
	}

}
