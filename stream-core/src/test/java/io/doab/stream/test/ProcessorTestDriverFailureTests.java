package io.doab.stream.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.error.FailureAction;

import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Handlers that fail, processes that end.
 */
class ProcessorTestDriverFailureTests {

	private static final RetryPolicy THREE_ATTEMPTS = new RetryPolicy(3, Duration.ofSeconds(1), 2,
			Duration.ofSeconds(10), 0);

	/** What the handlers were given: key, payload and attempt. */
	private final List<String> calls = new ArrayList<>();

	/** Payloads at which they fail. */
	private final Set<String> bad = new TreeSet<>();

	@Test
	void whatFailsIsTriedAgainWhenTheClockMoves() {
		this.bad.add("one");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			driver.publish("in", "item", "a", "one");
			driver.publish("in", "item", "a", "two");
			driver.publish("in", "item", "b", "three");
			assertThat(this.calls).containsExactly("a one 1", "b three 1");
			assertThat(driver.lag("in")).isEqualTo(2);
			driver.advance(Duration.ofMillis(999));
			assertThat(this.calls).hasSize(2);
			driver.advance(Duration.ofMillis(1));
			assertThat(this.calls).hasSize(3).endsWith("a one 2");
			this.bad.clear();
			driver.advance(Duration.ofSeconds(2));
			assertThat(this.calls).hasSize(5).endsWith("a one 3", "a two 1");
			assertThat(driver.outputs("out", String.class)).extracting(Event::data)
				.containsExactly("three", "one", "two");
			assertThat(driver.lag("in")).isZero();
		}
	}

	@Test
	void whatFailsTooOftenIsADeadLetterAndTheNextOfItsKeyGoesOn() {
		this.bad.add("one");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			Event<String> event = driver.publish("in", "item", "a", "one");
			driver.publish("in", "item", "a", "two");
			driver.advance(Duration.ofSeconds(3));
			assertThat(driver.deadLetters("in")).singleElement().satisfies((letter) -> {
				assertThat(letter.id()).isEqualTo(event.id());
				assertThat(letter.headers()).containsEntry("dlattempts", "3").containsEntry("dlmessage", "bad");
			});
			assertThat(driver.outputs("out", String.class)).extracting(Event::data).containsExactly("two");
			assertThat(driver.failures())
				.extracting(HandlerFailure::source, HandlerFailure::eventId, HandlerFailure::key,
						HandlerFailure::attempt, (failure) -> failure.exception().getMessage(), HandlerFailure::action)
				.containsExactly(failed(1, new FailureAction.Retry(Duration.ofSeconds(1))),
						failed(2, new FailureAction.Retry(Duration.ofSeconds(2))),
						failed(3, new FailureAction.DeadLetter()));
		}
	}

	private static Tuple failed(int attempt, FailureAction action) {
		return tuple("in", "in-1", "a", attempt, "bad", action);
	}

	@Test
	void aTimerThatFailsIsTriedAgainAndDeadLettered() {
		this.bad.add("reminder");
		ProcessorDefinition definition = ProcessorDefinition.named("timers")
			.on("in", String.class, (event, context) -> context.schedule("reminder", Instant.EPOCH))
			.onTimer("reminder", (timer, context) -> handle(timer.key(), timer.name(), context))
			.onFailure(FailureHandler.retrying(THREE_ATTEMPTS))
			.output("out")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", "item", "a", "x");
			driver.advance(Duration.ofMinutes(1));
			assertThat(this.calls).containsExactly("a reminder 1", "a reminder 2", "a reminder 3");
			assertThat(driver.deadLetters("in").getFirst().headers()).containsEntry("dltimer", "reminder");
			assertThat(driver.failures()).extracting(HandlerFailure::source).containsOnly("reminder");
			assertThat(driver.timers()).isEmpty();
		}
	}

	@Test
	void ofABatchThatFailsOnlyWhatCannotBeProcessedIsADeadLetter() {
		this.bad.add("3");
		List<String> done = new ArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named("batches")
			.onBatch("in", String.class, 5, (events) -> {
				if (events.stream().anyMatch((event) -> this.bad.contains(event.data()))) {
					throw new IllegalStateException("bad");
				}
				events.forEach((event) -> done.add(event.data()));
			})
			.ordering(Ordering.PARTITION)
			.onFailure(FailureHandler.retrying(THREE_ATTEMPTS))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in",
					IntStream.range(0, 5).mapToObj((i) -> Event.of("item", "a", String.valueOf(i))).toList());
			driver.advance(Duration.ofMinutes(1));
			assertThat(done).containsExactly("0", "1", "2", "4");
			assertThat(driver.deadLetters("in")).hasSize(1);
		}
	}

	@Test
	void aFailureThatStopsTheProcessorComesOutOfTheCallThatRanIt() {
		this.bad.add("one");
		ProcessorDefinition definition = failing(THREE_ATTEMPTS).withFailureHandler((failure) -> (failure.attempt() < 2)
				? new FailureAction.Retry(Duration.ofSeconds(1)) : new FailureAction.Stop());
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", "item", "a", "one");
			driver.publish("in", "item", "b", "before");
			assertThatIllegalStateException().isThrownBy(() -> driver.advance(Duration.ofSeconds(5)))
				.withMessage("Processor 'failing' stopped at 'in', key 'a', attempt 2: "
						+ "java.lang.IllegalArgumentException: bad")
				.withCauseInstanceOf(IllegalArgumentException.class);
			assertThat(driver.isRunning()).isFalse();
			driver.publish("in", "item", "b", "after");
			assertThat(driver.lag("in")).isEqualTo(2);
			this.bad.clear();
			driver.start();
			assertThat(this.calls).endsWith("a one 1", "b after 1");
			assertThat(driver.outputs("out", String.class)).extracting(Event::data)
				.containsExactly("before", "one", "after");
		}
	}

	@Test
	void failuresCanBeThrownInsteadOfAnswered() {
		this.bad.add("one");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).throwFailures().build()) {
			assertThatIllegalStateException().isThrownBy(() -> driver.publish("in", "item", "a", "one"))
				.withCauseInstanceOf(IllegalArgumentException.class);
			assertThatIllegalStateException().isThrownBy(() -> driver.restart(failing(THREE_ATTEMPTS)))
				.withCauseInstanceOf(IllegalArgumentException.class);
		}
	}

	@Test
	void anAssertionThatFailsInAHandlerFailsTheTest() {
		ProcessorDefinition definition = ProcessorDefinition.named("asserting")
			.on("in", String.class, (event, context) -> assertThat(event.data()).isEqualTo("other"))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> driver.publish("in", "item", "a", "one"))
				.withMessageContaining("other");
		}
	}

	@Test
	void nothingThatAFailedAttemptDidIsKept() {
		ProcessorDefinition definition = ProcessorDefinition.named("half").on("in", String.class, (event, context) -> {
			context.state("seen", String.class).put(event.data());
			context.emit("out", "item", event.data());
			context.schedule("later", Instant.EPOCH);
			throw new IllegalStateException("half done");
		})
			.onTimer("later", (timer, context) -> this.calls.add("timer"))
			.state("seen", String.class)
			.onFailure(FailureHandler.retrying(THREE_ATTEMPTS))
			.output("out")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", "item", "a", "one");
			driver.advance(Duration.ofMinutes(1));
			assertThat(driver.deadLetters("in")).hasSize(1);
			assertThat(driver.outputs("out")).isEmpty();
			assertThat(driver.state("seen", "a", String.class)).isEmpty();
			assertThat(this.calls).isEmpty();
		}
	}

	@Test
	void afterARestartWhatWasNotDoneIsDoneAndWhatIsStoredIsThere() {
		this.bad.add("two");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			driver.publish("in", "item", "a", "one");
			driver.publish("in", "item", "a", "two");
			driver.publish("in", "item", "b", "three");
			this.bad.clear();
			this.calls.clear();
			driver.restart();
			assertThat(this.calls).containsExactly("a two 1");
			assertThat(driver.state("last", "a", String.class)).contains("two");
			assertThat(driver.outputs("out", String.class)).extracting(Event::data)
				.containsExactly("one", "three", "two");
			driver.advance(Duration.ofMinutes(1));
			assertThat(this.calls).as("the retry of the process that ended").hasSize(1);
		}
	}

	@Test
	void aLongRetryIsParkedAndOutlivesTheProcess() {
		this.bad.add("one");
		Duration pause = Duration.ofMinutes(10);
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(new RetryPolicy(3, pause, 1, pause, 0)))
			.build()) {
			driver.publish("in", "item", "a", "one");
			driver.publish("in", "item", "a", "two");
			assertThat(driver.lag("in")).isZero();
			driver.restart();
			driver.advance(pause.minusMillis(1));
			assertThat(this.calls).containsExactly("a one 1");
			this.bad.clear();
			driver.advance(Duration.ofMillis(1));
			assertThat(this.calls).containsExactly("a one 1", "a one 2", "a two 1");
			assertThat(driver.outputs("out", String.class)).extracting(Event::data).containsExactly("one", "two");
		}
	}

	@Test
	void whileItIsStoppedNothingIsTried() {
		this.bad.add("one");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			driver.publish("in", "item", "a", "one");
			driver.stop();
			driver.advance(Duration.ofHours(1));
			assertThat(this.calls).containsExactly("a one 1");
			assertThat(driver.isRunning()).isFalse();
			driver.start();
			assertThat(this.calls).containsExactly("a one 1", "a one 1");
		}
	}

	@Test
	void aTimerOutlivesTheProcessThatSetIt() {
		ProcessorDefinition definition = ProcessorDefinition.named("timers")
			.on("in", String.class, (event, context) -> context.schedule("later", Instant.parse(event.data())))
			.onTimer("later", (timer, context) -> context.emit("out", "item", timer.key()))
			.output("out")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition)
			.at(Instant.parse("2026-01-01T00:00:00Z"))
			.build()) {
			driver.publish("in", "item", "a", "2026-01-01T00:01:00Z");
			driver.restart();
			driver.advance(Duration.ofMinutes(1));
			assertThat(driver.outputs("out")).hasSize(1);
		}
	}

	@Test
	void anotherVersionGoesOnOverWhatThisOneStored() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			driver.publish("in", "item", "a", "one");
			driver.restart(ProcessorDefinition.named("failing")
				.on("in", String.class,
						(event, context) -> context.emit("next", "item",
								context.state("last", String.class).get().orElse("nothing") + ", then " + event.data()))
				.state("last", String.class)
				.output("next")
				.build());
			driver.publish("in", "item", "a", "two");
			assertThat(driver.outputs("next", String.class)).extracting(Event::data).containsExactly("one, then two");
		}
	}

	@Test
	void aCommitThatIsLostLeavesNothingBehindAndItsEventsAreProcessedAgain() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(failing(THREE_ATTEMPTS)).build()) {
			driver.publish("in", "item", "a", "one");
			driver.loseNextCommit();
			driver.publish("in", "item", "a", "two");
			assertThat(this.calls).containsExactly("a one 1", "a two 1", "a two 1");
			assertThat(driver.outputs("out", String.class)).extracting(Event::data).containsExactly("one", "two");
			assertThat(driver.outputs("out")).extracting(Event::id).doesNotHaveDuplicates();
			driver.publish("in", "item", "a", "three");
			assertThat(this.calls).hasSize(4);
		}
	}

	private ProcessorDefinition failing(RetryPolicy policy) {
		return ProcessorDefinition.named("failing").on("in", String.class, (event, context) -> {
			handle(event.key(), event.data(), context);
			context.state("last", String.class).put(event.data());
			context.emit("out", "item", event.data());
		}).state("last", String.class).onFailure(FailureHandler.retrying(policy)).output("out").build();
	}

	private void handle(@Nullable String key, String data, ProcessingContext context) {
		this.calls.add(key + " " + data + " " + context.attempt());
		if (this.bad.contains(data)) {
			throw new IllegalArgumentException("bad");
		}
	}

}
