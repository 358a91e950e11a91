package io.doab.destinations.webhook;

import java.time.Duration;
import java.time.Instant;

import io.doab.destinations.webhook.EndpointState.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When an endpoint is paused, and what becomes of it then.
 */
class EndpointStateTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

	private static final PauseRules RULES = new PauseRules(5, Duration.ofMinutes(15), Duration.ofSeconds(15),
			Duration.ofMinutes(5));

	private final EndpointState active = EndpointState.active(NOW);

	@Test
	void soManyFailuresInARowPauseItAndASuccessAmongThemDoesNot() {
		EndpointState state = fail(this.active, 4, Duration.ofSeconds(1));
		assertThat(state.status()).isEqualTo(Status.ACTIVE);
		assertThat(fail(state.succeeded(NOW), 4, Duration.ofSeconds(1)).status()).isEqualTo(Status.ACTIVE);
		EndpointState paused = state.failed("HTTP 500", false, NOW.plusSeconds(9), RULES);
		assertThat(paused.status()).isEqualTo(Status.PAUSED);
		assertThat(paused.reason()).isEqualTo("HTTP 500");
		assertThat(paused.since()).isEqualTo(NOW.plusSeconds(9));
		assertThat(paused.failures()).isEqualTo(5);
	}

	@Test
	void fewFailuresOverALongTimePauseItToo() {
		EndpointState twice = fail(this.active, 2, Duration.ofHours(1));
		assertThat(twice.status()).isEqualTo(Status.ACTIVE);
		assertThat(twice.failed("HTTP 500", false, NOW.plus(Duration.ofHours(2)), RULES).status())
			.isEqualTo(Status.PAUSED);
	}

	@Test
	void itIsProbedAtLongerAndLongerIntervalsUntilOneArrives() {
		EndpointState paused = fail(this.active, 5, Duration.ZERO);
		assertThat(paused.isProbeDue(NOW.plusSeconds(14))).isFalse();
		assertThat(paused.isProbeDue(NOW.plusSeconds(15))).isTrue();
		EndpointState probed = paused.failed("HTTP 502", true, NOW, RULES);
		assertThat(probed.probeAt()).isEqualTo(NOW.plusSeconds(30));
		assertThat(probed.failed("HTTP 502", true, NOW, RULES).probeAt()).isEqualTo(NOW.plusSeconds(60));
		for (int i = 0; i < 100; i++) {
			probed = probed.failed("HTTP 502", true, NOW, RULES);
		}
		assertThat(probed.probeAt()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
		assertThat(probed.since()).isEqualTo(paused.since());
		assertThat(probed.succeeded(NOW.plusSeconds(99))).isEqualTo(EndpointState.active(NOW.plusSeconds(99)));
	}

	@Test
	void anAttemptThatWasUnderWayWhenItWasPausedIsNoProbe() {
		EndpointState paused = fail(this.active, 5, Duration.ZERO);
		assertThat(paused.failed("HTTP 500", false, NOW.plusSeconds(1), RULES).probeAt()).isEqualTo(paused.probeAt());
	}

	@Test
	void oneThatIsDisabledStaysSo() {
		EndpointState disabled = EndpointState.disabled("the receiver answered 410 (Gone)", NOW);
		assertThat(disabled.succeeded(NOW)).isEqualTo(disabled);
		assertThat(disabled.failed("HTTP 500", true, NOW, RULES)).isEqualTo(disabled);
		assertThat(disabled.isProbeDue(NOW)).isFalse();
	}

	private static EndpointState fail(EndpointState state, int times, Duration apart) {
		EndpointState next = state;
		for (int i = 0; i < times; i++) {
			next = next.failed("HTTP 500", false, NOW.plus(apart.multipliedBy(i)), RULES);
		}
		return next;
	}

}
