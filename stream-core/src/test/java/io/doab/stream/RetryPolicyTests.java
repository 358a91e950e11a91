package io.doab.stream;

import java.time.Duration;

import io.doab.stream.error.FailureAction;
import io.doab.stream.error.InvalidEventException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How long a failed event waits, and when it has waited enough.
 */
class RetryPolicyTests {

	private static final RetryPolicy EXACT = new RetryPolicy(4, Duration.ofMillis(100), 2, Duration.ofMillis(300), 0);

	@Test
	void pausesGrowUpToTheLongest() {
		assertThat(EXACT.delayAfter(1)).isEqualTo(Duration.ofMillis(100));
		assertThat(EXACT.delayAfter(2)).isEqualTo(Duration.ofMillis(200));
		assertThat(EXACT.delayAfter(3)).isEqualTo(Duration.ofMillis(300));
		assertThat(EXACT.delayAfter(1_000)).isEqualTo(Duration.ofMillis(300));
	}

	@Test
	void jitterSpreadsAPauseAroundItsLength() {
		RetryPolicy spread = new RetryPolicy(4, Duration.ofSeconds(10), 1, Duration.ofSeconds(10), 0.2);
		Duration least = Duration.ofSeconds(20);
		Duration most = Duration.ZERO;
		for (int i = 0; i < 1_000; i++) {
			Duration pause = spread.delayAfter(1);
			assertThat(pause).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
			least = (pause.compareTo(least) < 0) ? pause : least;
			most = (pause.compareTo(most) > 0) ? pause : most;
		}
		assertThat(most.minus(least)).isGreaterThan(Duration.ofSeconds(3));
	}

	@Test
	void whatCanNeverSucceedIsDeadLetteredAtOnce() {
		assertThat(FailureHandler.retrying(EXACT).onFailure(new InvalidEventException("no"), 1))
			.isInstanceOf(FailureAction.DeadLetter.class);
	}

	@Test
	void attemptsEndWithADeadLetter() {
		FailureHandler handler = FailureHandler.retrying(EXACT);
		assertThat(handler.onFailure(new IllegalStateException(), 3))
			.isEqualTo(new FailureAction.Retry(Duration.ofMillis(300)));
		assertThat(handler.onFailure(new IllegalStateException(), 4)).isInstanceOf(FailureAction.DeadLetter.class);
	}

	@Test
	void anOutageIsWaitedForHoweverLongItTakes() {
		FailureHandler handler = FailureHandler.retrying(EXACT, (failure) -> failure instanceof IllegalStateException);
		assertThat(handler.onFailure(new IllegalStateException(), 1_000_000))
			.isEqualTo(new FailureAction.Retry(Duration.ofMillis(300)));
		assertThat(handler.onFailure(new IllegalArgumentException(), 4)).isInstanceOf(FailureAction.DeadLetter.class);
	}

	@Test
	void valuesThatMakeNoSenseAreRefusedByName() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryPolicy(0, Duration.ofMillis(1), 2, Duration.ofMillis(1), 0))
			.withMessage("maxAttempts 0 must be at least 1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryPolicy(1, Duration.ofMillis(2), 2, Duration.ofMillis(1), 0))
			.withMessageContaining("maxDelay");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryPolicy(1, Duration.ofMillis(1), 0.5, Duration.ofMillis(1), 0))
			.withMessageContaining("multiplier");
	}

}
