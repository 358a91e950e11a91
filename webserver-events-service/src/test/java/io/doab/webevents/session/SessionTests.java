package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;

import io.doab.webevents.hit.WebHit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What belongs to a session, and what it tells.
 */
class SessionTests {

	private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

	private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

	private final Session session = Session.begin("event", hit(NOON, "/in", 200, 10), false);

	@Test
	void aPauseOfHalfAnHourEndsIt() {
		assertThat(this.session.includes(NOON.plus(HALF_AN_HOUR), HALF_AN_HOUR)).isTrue();
		assertThat(this.session.includes(NOON.plus(HALF_AN_HOUR).plusMillis(1), HALF_AN_HOUR)).isFalse();
		assertThat(this.session.includes(NOON.minus(HALF_AN_HOUR).minusMillis(1), HALF_AN_HOUR)).isFalse();
		assertThat(this.session.includes(Instant.MAX, HALF_AN_HOUR)).isFalse();
		assertThat(this.session.includes(Instant.MIN, HALF_AN_HOUR)).isFalse();
	}

	@Test
	void eachRequestProlongsIt() {
		Session later = this.session.with(hit(NOON.plusSeconds(1_700), "/next", 404, 5));
		assertThat(later.includes(NOON.plusSeconds(3_400), HALF_AN_HOUR)).isTrue();
		assertThat(later.id()).isEqualTo(this.session.id());
		assertThat(later.requests()).isEqualTo(2);
		assertThat(later.errors()).isEqualTo(1);
		assertThat(later.bytes()).isEqualTo(15);
		assertThat(later.entryPath()).isEqualTo("/in");
		assertThat(later.lastPath()).isEqualTo("/next");
	}

	@Test
	void aLineThatIsLateDoesNotSetItBack() {
		Session later = this.session.with(hit(NOON.plusSeconds(600), "/last", 200, 0))
			.with(hit(NOON.minusSeconds(60), "/first", 200, 0))
			.with(hit(NOON.plusSeconds(300), "/between", 200, 0));
		assertThat(later.began()).isEqualTo(NOON.minusSeconds(60));
		assertThat(later.lastSeen()).isEqualTo(NOON.plusSeconds(600));
		assertThat(later.entryPath()).isEqualTo("/first");
		assertThat(later.lastPath()).isEqualTo("/last");
		assertThat(later.requests()).isEqualTo(4);
	}

	@Test
	void itsIdFollowsFromTheEventThatBeganIt() {
		assertThat(Session.begin("event", hit(NOON.plusSeconds(5), "/", 200, 0), true).id())
			.isEqualTo(this.session.id());
		assertThat(Session.begin("other", hit(NOON, "/", 200, 0), true).id()).isNotEqualTo(this.session.id());
	}

	@Test
	void whatItKeepsIsBounded() {
		Session large = Session.begin("event", hit(NOON, "/".repeat(16_384), 200, Long.MAX_VALUE), false)
			.with(hit(NOON, "/".repeat(16_384), 200, Long.MAX_VALUE));
		assertThat(large.entryPath()).hasSize(1_024);
		assertThat(large.lastPath()).hasSize(1_024);
		assertThat(large.bytes()).isEqualTo(Long.MAX_VALUE);
	}

	private static WebHit hit(Instant time, String path, int status, long bytes) {
		return new WebHit(time, "visitor", "GET", path, status, bytes, null, null);
	}

}
