package io.doab.webevents.session;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a session ends.
 */
class SessionTests {

	private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

	private final Session session = Session.begin("event", NOON);

	@Test
	void aPauseOfHalfAnHourEndsIt() {
		assertThat(this.session.includes(NOON.plus(Session.PAUSE))).isTrue();
		assertThat(this.session.includes(NOON.plus(Session.PAUSE).plusMillis(1))).isFalse();
	}

	@Test
	void eachRequestProlongsIt() {
		Session later = this.session.seen(NOON.plusSeconds(1_700));
		assertThat(later.includes(NOON.plusSeconds(3_400))).isTrue();
		assertThat(later.id()).isEqualTo(this.session.id());
	}

	@Test
	void aLineThatIsLateDoesNotSetItBack() {
		assertThat(this.session.includes(NOON.minusSeconds(60))).isTrue();
		assertThat(this.session.seen(NOON.minusSeconds(60))).isEqualTo(this.session);
		assertThat(this.session.includes(NOON.minusSeconds(3_600))).isFalse();
	}

	@Test
	void itsIdFollowsFromTheEventThatBeganIt() {
		assertThat(Session.begin("event", NOON.plusSeconds(5)).id()).isEqualTo(this.session.id());
		assertThat(Session.begin("other", NOON).id()).isNotEqualTo(this.session.id());
	}

}
