package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.doab.stream.Event;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.rest.IngestionProperties;
import io.doab.stream.test.ProcessorTestDriver;
import io.doab.webevents.agent.UserAgents;
import io.doab.webevents.hit.WebHit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Which requests make up a session.
 */
class SessionProcessingTests {

	private static final String VISITOR = "visitor";

	private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

	private final ProcessorTestDriver driver = ProcessorTestDriver
		.of((clock) -> new SessionProcessing(new UserAgents(), new SessionProperties(HALF_AN_HOUR), clock)
			.webserverEventsService(new IngestionProperties("token", DataSize.ofKilobytes(256), 1, 1,
					Duration.ofHours(24), Duration.ofSeconds(1))))
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
	void aSessionThatEndedByInactivityIsTold() {
		Instant began = this.driver.now();
		hit(VISITOR);
		this.driver.advance(Duration.ofMinutes(20));
		hit(VISITOR);
		this.driver.advance(HALF_AN_HOUR.minusMillis(1));
		assertThat(ended()).isEmpty();

		this.driver.advance(Duration.ofMillis(1));

		assertThat(ended()).containsExactly(new WebSession(VISITOR, sessions().getFirst(), 1, began,
				began.plus(Duration.ofMinutes(20)), 2, 0, 200, "/", "/", true));
		assertThat(this.driver.outputs(WebSession.STREAM, WebSession.class).getFirst().key()).isEqualTo(VISITOR);
		assertThat(this.driver.timers()).noneMatch((timer) -> timer.name().equals("inactivity"));
	}

	@Test
	void aSessionThatEndedForAnotherBeganIsToldAtOnce() {
		Instant began = this.driver.now();
		publish(began, began.plus(Duration.ofMinutes(20)), began.plus(Duration.ofMinutes(51)));
		assertThat(ended()).singleElement().satisfies((session) -> {
			assertThat(session.session()).isEqualTo(sessions().getFirst());
			assertThat(session.requests()).isEqualTo(2);
			assertThat(session.ended()).isEqualTo(began.plus(Duration.ofMinutes(20)));
		});

		this.driver.advance(HALF_AN_HOUR);

		assertThat(ended()).hasSize(2);
		assertThat(ended().get(1).session()).isEqualTo(sessions().get(2));
	}

	@Test
	void eachSessionOfAnOldLogIsToldOnceHoweverSlowlyItIsRead() {
		Instant yesterday = this.driver.now().minus(Duration.ofDays(1));
		for (int minute = 0; minute < 100; minute++) {
			publish(yesterday.plus(Duration.ofMinutes(minute)));
			this.driver.advance(Duration.ofMinutes(1));
		}
		assertThat(ended()).isEmpty();
		this.driver.advance(HALF_AN_HOUR);
		assertThat(ended()).singleElement().satisfies((session) -> {
			assertThat(session.requests()).isEqualTo(100);
			assertThat(session.ended()).isEqualTo(yesterday.plus(Duration.ofMinutes(99)));
		});
	}

	@Test
	void requestsThatWereInTheStreamInTimeWinAgainstTheTimer() {
		hit(VISITOR);
		this.driver.stop();
		this.driver.advance(Duration.ofMinutes(29));
		hit(VISITOR);
		this.driver.advance(Duration.ofHours(3));
		this.driver.start();
		assertThat(ended()).isEmpty();
		this.driver.advance(HALF_AN_HOUR);
		assertThat(ended()).singleElement().satisfies((session) -> assertThat(session.requests()).isEqualTo(2));
	}

	@Test
	void aSessionThatGoesOnAfterItWasToldIsToldAgainAsAWhole() {
		Instant began = this.driver.now();
		publish(began);
		this.driver.advance(Duration.ofHours(2));
		publish(began.plus(Duration.ofMinutes(10)));
		this.driver.advance(HALF_AN_HOUR);
		assertThat(sessions().stream().distinct()).hasSize(1);
		assertThat(ended()).extracting(WebSession::revision, WebSession::requests)
			.containsExactly(tuple(1, 1L), tuple(2, 2L));
	}

	@Test
	void aLateLineBelongsToTheSessionInWhichItWasWritten() {
		Instant began = this.driver.now();
		publish(began, began.plus(Duration.ofMinutes(40)), began.plus(Duration.ofMinutes(5)),
				began.plus(Duration.ofMinutes(45)), began.minus(Duration.ofHours(5)));
		List<String> sessions = sessions();
		assertThat(sessions.get(2)).isEqualTo(sessions.get(0)).isNotEqualTo(sessions.get(1));
		assertThat(sessions.get(3)).isEqualTo(sessions.get(1));
		assertThat(sessions.get(4)).isNotIn(sessions.subList(0, 4));

		this.driver.advance(HALF_AN_HOUR);

		assertThat(ended()).extracting(WebSession::session, WebSession::revision, WebSession::requests)
			.containsExactlyInAnyOrder(tuple(sessions.get(0), 1, 1L), tuple(sessions.get(0), 2, 2L),
					tuple(sessions.get(1), 1, 2L), tuple(sessions.get(4), 1, 1L));
	}

	@Test
	void whatIsKeptOfAVisitorIsBoundedAndNothingOfItUntold() {
		Instant began = this.driver.now();
		for (int session = 0; session < 20; session++) {
			publish(began.minus(Duration.ofHours(session)));
		}
		assertThat(this.driver.state("sessions", VISITOR, VisitorSessions.class))
			.hasValueSatisfying((state) -> assertThat(state.recent()).hasSize(VisitorSessions.MAX_RECENT));
		this.driver.advance(HALF_AN_HOUR);
		assertThat(ended()).extracting(WebSession::session).containsExactlyInAnyOrderElementsOf(sessions());
	}

	@Test
	void theSessionsOfAVisitorAreForgottenTwoDaysAfterTheyWereTold() {
		hit(VISITOR);
		this.driver.advance(HALF_AN_HOUR);
		this.driver.advance(Duration.ofDays(2).minusMillis(1));
		assertThat(this.driver.state("sessions", VISITOR, VisitorSessions.class)).isPresent();
		this.driver.advance(Duration.ofMillis(1));
		assertThat(this.driver.state("sessions", VISITOR, VisitorSessions.class)).isEmpty();
		assertThat(this.driver.timers()).isEmpty();
	}

	@Test
	void anInactivityThatMakesNoSenseIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SessionProperties(Duration.ZERO))
			.withMessageContaining("web-events.session.inactivity");
		assertThatIllegalArgumentException().isThrownBy(() -> new SessionProperties(Duration.ofDays(2)));
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

	private void publish(Instant... times) {
		this.driver.publish(WebHit.STREAM, Arrays.stream(times).map(SessionProcessingTests::event).toList());
	}

	private List<WebSession> ended() {
		return this.driver.outputs(WebSession.STREAM, WebSession.class).stream().map(Event::data).toList();
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
