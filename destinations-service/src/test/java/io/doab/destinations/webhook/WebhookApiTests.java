package io.doab.destinations.webhook;

import java.util.Map;

import io.doab.contract.EndpointContract;
import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class WebhookApiTests {

	@Test
	void bodiesAreAsTheirSchemasSay() {
		PayloadContract.requireRequests(Map.of("webhook-subscription", SubscriptionRequest.class));
		PayloadContract.requireAnswers(Map.of("webhook-subscription", SubscriptionView.class));
	}

	@Test
	void everyEndpointIsInTheOpenApiDocument() {
		EndpointContract contract = EndpointContract.of("destinations-service");
		contract.requireOperations("/webhooks", EndpointContract.operationsOf(SubscriptionController.class));
		contract.requirePaths("/webhooks", "/dashboard");
		contract.requireProblemsForErrors();
	}

}
