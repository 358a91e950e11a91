package io.doab.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

import io.doab.stream.error.FailureAction;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetryAfter;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How long a failed event waits, and when it has waited enough.
 */
class RetryPolicyTests {

	private static final RetryPolicy EXACT = new RetryPolicy(4, Duration.ofMillis(100), 2, Duration.ofMillis(300), 0);

	private static final FailureAction DEAD = new FailureAction.DeadLetter();

	private static FailureAction answer(FailureHandler handler, Exception exception, int attempt, Duration since) {
		Instant first = Instant.parse("2026-01-01T00:00:00Z");
		return handler.onFailure(
				new Failure(exception, attempt, 0, first, first.plus(since), new Origin("in", 0, new Position(1, 0))));
	}

	private static FailureAction answer(FailureHandler handler, Exception exception, int attempt) {
		return answer(handler, exception, attempt, Duration.ZERO);
	}

	private static FailureAction answer(RetryPolicy policy, Exception exception) {
		return answer(FailureHandler.retrying(policy), exception, 1);
	}

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
		assertThat(answer(EXACT, new InvalidEventException("no"))).isEqualTo(DEAD);
		assertThat(answer(EXACT, new IllegalStateException(new InvalidEventException("no")))).isEqualTo(DEAD);
		assertThat(answer(EXACT.withRetryable(InvalidEventException.class), new InvalidEventException("no")))
			.isEqualTo(DEAD);
	}

	@Test
	void attemptsEndWithADeadLetter() {
		FailureHandler handler = FailureHandler.retrying(EXACT);
		assertThat(answer(handler, new IllegalStateException(), 3))
			.isEqualTo(new FailureAction.Retry(Duration.ofMillis(300)));
		assertThat(answer(handler, new IllegalStateException(), 4)).isEqualTo(DEAD);
	}

	@Test
	void aFailureThatSaysWhenToComeBackIsNotTriedAgainBefore() {
		FailureHandler handler = FailureHandler.retrying(EXACT);
		assertThat(answer(handler, new TooBusyException(Duration.ofSeconds(7)), 1))
			.isEqualTo(new FailureAction.Retry(Duration.ofSeconds(7)));
		assertThat(answer(handler, new TooBusyException(Duration.ofMillis(1)), 1))
			.isEqualTo(new FailureAction.Retry(Duration.ofMillis(100)));
		assertThat(answer(handler, new TooBusyException(Duration.ofSeconds(7)), 4)).isEqualTo(DEAD);
	}

	@Test
	void noAttemptStartsAfterTheDeadline() {
		FailureHandler handler = FailureHandler.retrying(EXACT.withDeadline(Duration.ofSeconds(1)));
		assertThat(answer(handler, new IllegalStateException(), 2, Duration.ofMillis(800)))
			.isEqualTo(new FailureAction.Retry(Duration.ofMillis(200)));
		assertThat(answer(handler, new IllegalStateException(), 2, Duration.ofMillis(801))).isEqualTo(DEAD);
	}

	@Test
	void aFatalFailureIsKnownByItsTypeByASubtypeAndByItsCause() {
		RetryPolicy policy = EXACT.withFatal(IOException.class);
		assertThat(answer(policy, new java.io.FileNotFoundException())).isEqualTo(DEAD);
		assertThat(answer(policy, new UncheckedIOException(new IOException()))).isEqualTo(DEAD);
		assertThat(answer(policy, new IllegalStateException())).isInstanceOf(FailureAction.Retry.class);
	}

	@Test
	void whereRetryableTypesAreNamedAllOthersAreFatal() {
		RetryPolicy policy = EXACT.withRetryable(IOException.class);
		assertThat(answer(policy, new IllegalStateException(new IOException())))
			.isInstanceOf(FailureAction.Retry.class);
		assertThat(answer(policy, new IllegalStateException())).isEqualTo(DEAD);
	}

	@Test
	void fatalWinsOverRetryableAndOverAnOutage() {
		RetryPolicy policy = EXACT.withRetryable(IOException.class).withFatal(java.io.FileNotFoundException.class);
		assertThat(answer(policy, new java.io.FileNotFoundException())).isEqualTo(DEAD);
		assertThat(answer(FailureHandler.retrying(policy, (failure) -> true), new java.io.FileNotFoundException(), 1))
			.isEqualTo(DEAD);
		assertThat(answer(FailureHandler.retrying(policy, (failure) -> true), new IllegalStateException(), 1))
			.isInstanceOf(FailureAction.Await.class);
	}

	@Test
	void causesThatGoRoundInACircleEnd() {
		IllegalStateException one = new IllegalStateException();
		IllegalStateException other = new IllegalStateException(one);
		one.initCause(other);
		assertThat(EXACT.withFatal(IOException.class).isFatal(one)).isFalse();
	}

	@Test
	void anOutageIsWaitedForHoweverLongItTakes() {
		FailureHandler handler = FailureHandler.retrying(EXACT.withDeadline(Duration.ofSeconds(1)),
				(failure) -> failure instanceof IllegalStateException);
		assertThat(answer(handler, new IllegalStateException(), 1_000_000, Duration.ofDays(9)))
			.isEqualTo(new FailureAction.Await(Duration.ofMillis(100)));
		assertThat(answer(handler, new IllegalArgumentException(), 4)).isEqualTo(DEAD);
	}

	@Test
	void pausesOfAnOutageGrowByThemselves() {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		FailureHandler handler = FailureHandler.retrying(EXACT, (failure) -> true);
		assertThat(handler.onFailure(
				new Failure(new IllegalStateException(), 1, 1, now, now, new Origin("in", 0, new Position(1, 0)))))
			.isEqualTo(new FailureAction.Await(Duration.ofMillis(200)));
	}

	@Test
	void theEndOfALongOutageIsNotNoticedLate() {
		RetryPolicy patient = new RetryPolicy(13, Duration.ofSeconds(5), 2, Duration.ofMinutes(15), 0);
		FailureHandler handler = FailureHandler.retrying(patient, (failure) -> true);
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		Origin origin = new Origin("in", 0, new Position(1, 0));
		assertThat(handler.onFailure(new Failure(new IllegalStateException(), 1, 9, now, now, origin)))
			.isEqualTo(new FailureAction.Await(Duration.ofSeconds(30)));
	}

	@Test
	void aPolicyThatIsChangedKeepsTheRest() {
		RetryPolicy policy = EXACT.withMaxAttempts(7)
			.withBackoff(Duration.ofMillis(1), 3, Duration.ofMillis(5))
			.withJitter(0.1)
			.withDeadline(Duration.ofDays(1))
			.withFatal(IOException.class)
			.withRetryable(IllegalStateException.class);
		assertThat(policy)
			.isEqualTo(new RetryPolicy(7, Duration.ofMillis(1), 3, Duration.ofMillis(5), 0.1, Duration.ofDays(1),
					java.util.Set.of(IOException.class), java.util.Set.of(IllegalStateException.class)));
	}

	@Test
	void aPolicyOfADefinitionIsChangedAndItsOutageStays() {
		ProcessorDefinition definition = ProcessorDefinition.named("group").on("in", String.class, (event, context) -> {
		})
			.onFailure(FailureHandler.retrying(EXACT, (failure) -> failure instanceof IllegalStateException))
			.build()
			.withRetryPolicy((policy) -> policy.withMaxAttempts(1));
		assertThat(answer(definition.failureHandler(), new IllegalStateException(), 9))
			.isEqualTo(new FailureAction.Await(Duration.ofMillis(100)));
		assertThat(answer(definition.failureHandler(), new IllegalArgumentException(), 1)).isEqualTo(DEAD);
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
		assertThatIllegalArgumentException().isThrownBy(() -> EXACT.withDeadline(Duration.ZERO))
			.withMessage("deadline PT0S must be longer than zero");
	}

	private static final class TooBusyException extends Exception implements RetryAfter {

		private static final long serialVersionUID = 1L;

		private final Duration retryAfter;

		private TooBusyException(Duration retryAfter) {
			this.retryAfter = retryAfter;
		}

		@Override
		public Duration retryAfter() {
			return this.retryAfter;
		}

	}

}
