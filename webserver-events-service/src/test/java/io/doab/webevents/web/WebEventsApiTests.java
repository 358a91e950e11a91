package io.doab.webevents.web;

import java.util.Map;
import java.util.Set;

import io.doab.contract.EndpointContract;
import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class WebEventsApiTests {

	@Test
	void requestsAreAsTheirSchemasSay() {
		PayloadContract.requireRequests(Map.of("web-event", WebEventRequest.class));
	}

	@Test
	void everyEndpointIsInTheOpenApiDocument() {
		EndpointContract contract = EndpointContract.of("webserver-events-service");
		contract.requireOperations(Set.of("POST " + new WebEventsDoor().webEvents().path()));
		contract.requireProblemsForErrors();
	}

}
