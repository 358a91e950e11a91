package io.doab.webevents.session;

import java.time.Duration;

import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.rest.IngestionProperties;
import io.doab.webevents.agent.UserAgents;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tells of each request which session it belongs to and which agent made it.
 */
@Configuration(proxyBeanMethods = false)
class SessionProcessing {

	private static final String SESSION = "session";

	/** Longer than a session's pause, for a log may be read long after it was written. */
	private static final Duration SESSION_KEPT = Duration.ofDays(1);

	private final UserAgents agents;

	SessionProcessing(UserAgents agents) {
		this.agents = agents;
	}

	@Bean
	ProcessorDefinition webserverEventsService(IngestionProperties ingestion) {
		return ProcessorDefinition.named("webserver-events-service")
			.on("web-events", WebHit.class, this::hit)
			.state(SESSION, Session.class, SESSION_KEPT)
			.deduplicate(ingestion.idempotencyWindow())
			.output(WebRequest.STREAM)
			.build();
	}

	private void hit(Event<WebHit> event, ProcessingContext context) {
		WebHit hit = event.data();
		KeyedState<Session> state = context.state(SESSION, Session.class);
		Session session = state.get()
			.filter((present) -> present.includes(hit.time()))
			.orElseGet(() -> Session.begin(event.id(), hit.time()))
			.seen(hit.time());
		state.put(session);
		context.emit(WebRequest.STREAM, WebRequest.TYPE,
				new WebRequest(hit.time(), hit.visitor(), session.id(), hit.method(), hit.path(), hit.status(),
						hit.bytes(), hit.referrer(), this.agents.read(hit.userAgent())));
	}

}
