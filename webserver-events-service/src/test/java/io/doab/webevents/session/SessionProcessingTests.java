package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.doab.stream.Event;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.rest.IngestionProperties;
import io.doab.stream.test.ProcessorTestDriver;
import io.doab.webevents.agent.UserAgents;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests make up a session.
 */
class SessionProcessingTests {

	private static final String VISITOR = "visitor";

	private final ProcessorTestDriver driver = ProcessorTestDriver
		.of(new SessionProcessing(new UserAgents()).webserverEventsService(new IngestionProperties("token",
				DataSize.ofKilobytes(256), 1, 1, Duration.ofHours(24), Duration.ofSeconds(1))))
		.at(Instant.parse("2026-01-01T12:00:00Z"))
		.build();

	@AfterEach
	void close() {
		this.driver.close();
	}

	@Test
	void requestsWithoutALongPauseAreOneSession() {
		hit(VISITOR);
		this.driver.advance(Duration.ofMinutes(30));
		hit(VISITOR);
		this.driver.advance(Duration.ofMinutes(30).plusMillis(1));
		hit(VISITOR);
		List<String> sessions = sessions();
		assertThat(sessions.get(1)).isEqualTo(sessions.get(0));
		assertThat(sessions.get(2)).isNotEqualTo(sessions.get(0));
	}

	@Test
	void eachVisitorHasASessionOfTheirOwn() {
		hit(VISITOR);
		hit("other");
		hit(VISITOR);
		List<String> sessions = sessions();
		assertThat(sessions.get(1)).isNotEqualTo(sessions.get(0));
		assertThat(sessions.get(2)).isEqualTo(sessions.get(0));
	}

	@Test
	void aSessionGoesOnAfterARestart() {
		hit(VISITOR);
		this.driver.restart();
		hit(VISITOR);
		assertThat(sessions().stream().distinct()).hasSize(1);
	}

	@Test
	void aLogThatIsReadAtOnceHasTheSessionsThatItHadWhenItWasWritten() {
		Instant yesterday = this.driver.now().minus(Duration.ofDays(1));
		this.driver.publish("web-events",
				List.of(event(yesterday), event(yesterday.plus(Duration.ofMinutes(20))),
						event(yesterday.plus(Duration.ofMinutes(10))), event(yesterday.plus(Duration.ofMinutes(50))),
						event(yesterday.plus(Duration.ofMinutes(90)))));
		List<String> sessions = sessions();
		assertThat(sessions.subList(0, 4).stream().distinct()).hasSize(1);
		assertThat(sessions.get(4)).isNotEqualTo(sessions.get(0));
	}

	@Test
	void aSessionIsForgottenADayAfterItsLastRequest() {
		hit(VISITOR);
		this.driver.advance(Duration.ofDays(1).minusMillis(1));
		assertThat(this.driver.state("session", VISITOR, Session.class)).isPresent();
		this.driver.advance(Duration.ofMillis(1));
		assertThat(this.driver.state("session", VISITOR, Session.class)).isEmpty();
	}

	@Test
	void theResultTellsTheRequestAndWhoMadeIt() {
		hit(VISITOR);
		Event<WebRequest> result = this.driver.outputs(WebRequest.STREAM, WebRequest.class).getFirst();
		assertThat(result.type()).isEqualTo(WebRequest.TYPE);
		assertThat(result.key()).isEqualTo(VISITOR);
		assertThat(result.data().path()).isEqualTo("/");
		assertThat(result.data().userAgent().bot()).isTrue();
		assertThat(this.driver.outputs(WebRequest.STREAM).getFirst().data().has("referrer")).isFalse();
	}

	@Test
	void whatIsNoRequestIsADeadLetter() {
		this.driver.publish("web-events", WebHit.TYPE, VISITOR, "no request");
		assertThat(this.driver.deadLetters("web-events")).singleElement()
			.satisfies((letter) -> assertThat(letter.headers()).containsEntry("dlexception",
					InvalidEventException.class.getName()));
	}

	private void hit(String visitor) {
		this.driver.publish("web-events", WebHit.TYPE, visitor, request(visitor, this.driver.now()));
	}

	private static Event<WebHit> event(Instant time) {
		return Event.of(WebHit.TYPE, VISITOR, request(VISITOR, time));
	}

	private static WebHit request(String visitor, Instant time) {
		return new WebHit(time, visitor, "GET", "/", 200, 100, null, "curl/8.5.0");
	}

	private List<String> sessions() {
		return this.driver.outputs(WebRequest.STREAM, WebRequest.class)
			.stream()
			.map((event) -> event.data().session())
			.toList();
	}

}
