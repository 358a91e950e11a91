package io.doab.webevents.session;

import java.util.Map;

import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class WebEventsTests {

	@Test
	void eventsAreAsTheirSchemasSay() {
		PayloadContract.requireEvents(Map.of(WebHit.TYPE, WebHit.class, WebRequest.TYPE, WebRequest.class));
	}

}
