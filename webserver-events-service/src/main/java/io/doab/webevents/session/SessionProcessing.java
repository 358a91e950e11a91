package io.doab.webevents.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.Timer;
import io.doab.stream.rest.IngestionProperties;
import io.doab.webevents.agent.UserAgent;
import io.doab.webevents.agent.UserAgents;
import io.doab.webevents.hit.WebHit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tells of each request which session it belongs to and which agent made it, and of each
 * session that ended what it was.
 *
 * <p>
 * The times in the log decide which requests are one session, whenever they are read. The
 * clock decides only when a session is told whose visitor does not return: when nothing
 * of them was processed for as long as it takes to end one. A log that is read long after
 * it was written is then told as it was, and one that stood still in between is told
 * again.
 */
@Configuration(proxyBeanMethods = false)
class SessionProcessing {

	private static final String SESSIONS = "sessions";

	private static final String INACTIVITY = "inactivity";

	/** After the last request: longer than a session waits to be told. */
	private static final Duration SESSIONS_KEPT = SessionProperties.MOST.multipliedBy(2);

	private final UserAgents agents;

	private final Duration inactivity;

	private final Clock clock;

	SessionProcessing(UserAgents agents, SessionProperties properties, Clock clock) {
		this.agents = agents;
		this.inactivity = properties.inactivity();
		this.clock = clock;
	}

	@Bean
	ProcessorDefinition webserverEventsService(IngestionProperties ingestion) {
		return ProcessorDefinition.named("webserver-events-service")
			.on(WebHit.STREAM, WebHit.class, this::hit)
			.onTimer(INACTIVITY, this::inactive)
			.state(SESSIONS, VisitorSessions.class, SESSIONS_KEPT)
			.deduplicate(ingestion.idempotencyWindow())
			.output(WebRequest.STREAM)
			.output(WebSession.STREAM)
			.build();
	}

	private void hit(Event<WebHit> event, ProcessingContext context) {
		WebHit hit = event.data();
		UserAgent agent = this.agents.read(hit.userAgent());
		KeyedState<VisitorSessions> state = context.state(SESSIONS, VisitorSessions.class);
		VisitorSessions before = state.get().orElse(VisitorSessions.NONE);
		Instant now = this.clock.instant();
		VisitorSessions.Taken taken = before.take(event.id(), hit, agent.bot(), this.inactivity, now);
		state.put(taken.sessions());
		if (!before.anyOpen()) {
			context.schedule(INACTIVITY, now.plus(this.inactivity));
		}
		context.emit(WebRequest.STREAM, WebRequest.TYPE, new WebRequest(hit.time(), hit.visitor(), taken.session().id(),
				hit.method(), hit.path(), hit.status(), hit.bytes(), hit.referrer(), agent));
		taken.ended().forEach((session) -> tell(hit.visitor(), session, context));
	}

	/**
	 * The timer is set by the first request and not moved by each further one: it looks
	 * whether there were any, and comes again.
	 */
	private void inactive(Timer timer, ProcessingContext context) {
		KeyedState<VisitorSessions> state = context.state(SESSIONS, VisitorSessions.class);
		VisitorSessions sessions = state.get().orElse(VisitorSessions.NONE);
		if (!sessions.anyOpen()) {
			return;
		}
		Instant due = sessions.taken().plus(this.inactivity);
		if (due.isAfter(this.clock.instant())) {
			context.schedule(INACTIVITY, due);
			return;
		}
		sessions.recent()
			.stream()
			.filter(Session::open)
			.forEach((session) -> tell(timer.key(), session.told(), context));
		state.put(sessions.told());
	}

	private static void tell(String visitor, Session session, ProcessingContext context) {
		context.emit(WebSession.STREAM, WebSession.TYPE, WebSession.of(visitor, session));
	}

}
