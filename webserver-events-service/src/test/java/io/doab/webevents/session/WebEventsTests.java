package io.doab.webevents.session;

import java.util.Map;

import io.doab.contract.PayloadContract;
import io.doab.webevents.hit.WebHit;

import org.junit.jupiter.api.Test;

class WebEventsTests {

	@Test
	void eventsAreAsTheirSchemasSay() {
		PayloadContract.requireEvents(Map.of(WebHit.TYPE, WebHit.class, WebRequest.TYPE, WebRequest.class,
				WebSession.TYPE, WebSession.class));
	}

}
