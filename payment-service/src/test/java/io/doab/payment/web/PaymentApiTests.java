package io.doab.payment.web;

import java.time.Clock;
import java.util.Map;
import java.util.Set;

import io.doab.contract.EndpointContract;
import io.doab.contract.PayloadContract;
import io.doab.payment.card.CardTokenizer;

import org.junit.jupiter.api.Test;

import static org.mockito.Mockito.mock;

class PaymentApiTests {

	@Test
	void requestsAreAsTheirSchemasSay() {
		PayloadContract.requireRequests(Map.of("payment", PaymentRequest.class));
	}

	@Test
	void everyEndpointIsInTheOpenApiDocument() {
		EndpointContract contract = EndpointContract.of("payment-service");
		contract.requireOperations(
				Set.of("POST " + new PaymentDoor().payments(mock(CardTokenizer.class), Clock.systemUTC()).path()));
		contract.requireProblemsForErrors();
	}

}
