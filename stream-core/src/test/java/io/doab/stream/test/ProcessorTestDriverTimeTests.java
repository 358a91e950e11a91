package io.doab.stream.test;

import java.time.Duration;
import java.time.Instant;

import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.Timer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The clock, and what comes with it: timers and the end of what has a time to live.
 */
class ProcessorTestDriverTimeTests {

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	@Test
	void aTimerFiresAtItsTimeAndNotBefore() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 60);
			assertThat(driver.timers()).containsExactly(new Timer("reminder", "a", NOON.plusSeconds(60)));
			driver.advance(Duration.ofMillis(59_999));
			assertThat(driver.outputs("out")).isEmpty();
			driver.advance(Duration.ofMillis(1));
			assertThat(driver.outputs("out", String.class)).extracting(Event::data).containsExactly("a 12:01:00");
			assertThat(driver.timers()).isEmpty();
		}
	}

	@Test
	void timersFireInTheOrderOfTheirTimeEachAtItsTime() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 90);
			driver.publish("in", "remind", "b", 30);
			driver.publish("in", "remind", "c", 60);
			assertThat(driver.timers()).extracting(Timer::key).containsExactly("b", "c", "a");
			driver.advance(Duration.ofHours(1));
			assertThat(driver.outputs("out", String.class)).extracting(Event::data)
				.containsExactly("b 12:00:30", "c 12:01:00", "a 12:01:30");
			assertThat(driver.outputs("out", String.class).getFirst().time()).isEqualTo(NOON.plusSeconds(30));
			assertThat(driver.now()).isEqualTo(NOON.plusSeconds(3_600));
		}
	}

	@Test
	void aTimerThatIsMovedFiresOnceAndOneThatIsClearedDoesNot() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 60);
			driver.publish("in", "remind", "b", 60);
			driver.advance(Duration.ofSeconds(30));
			driver.publish("in", "remind", "a", 60);
			driver.publish("in", "forget", "b", 0);
			driver.advance(Duration.ofHours(1));
			assertThat(driver.outputs("out", String.class)).extracting(Event::data).containsExactly("a 12:01:30");
		}
	}

	@Test
	void aTimerThatSetsItselfFiresEachTimeThatItIsDue() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "repeat", "a", 600);
			driver.advance(Duration.ofHours(1));
			assertThat(driver.outputs("out", String.class)).hasSize(6)
				.last()
				.extracting(Event::data)
				.isEqualTo("a 13:00:00");
		}
	}

	@Test
	void aTimerThatIsDueAlreadyFiresAtOnce() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", -5);
			assertThat(driver.outputs("out")).hasSize(1);
		}
	}

	@Test
	void aTimerWaitsForWeeks() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 40 * 86_400);
			driver.advance(Duration.ofDays(39));
			assertThat(driver.outputs("out")).isEmpty();
			driver.advance(Duration.ofDays(1));
			assertThat(driver.outputs("out")).hasSize(1);
		}
	}

	@Test
	void anEventThatCameInTimeWinsAgainstItsTimerAfterAStop() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 60);
			driver.publish("in", "remind", "b", 60);
			driver.stop();
			driver.advance(Duration.ofSeconds(30));
			driver.publish("in", "forget", "a", 0);
			driver.advance(Duration.ofHours(1));
			assertThat(driver.outputs("out")).isEmpty();
			assertThat(driver.lag("in")).isOne();
			driver.start();
			assertThat(driver.outputs("out", String.class)).extracting(Event::key).containsExactly("b");
			assertThat(driver.lag("in")).isZero();
		}
	}

	@Test
	void aValueIsForgottenSoLongAfterItsLastPut() {
		ProcessorDefinition definition = ProcessorDefinition.named("sessions")
			.on("in", String.class, (event, context) -> context.state("last", String.class).put(event.data()))
			.state("last", String.class, Duration.ofMinutes(30))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).at(NOON).build()) {
			driver.publish("in", "hit", "a", "one");
			driver.advance(Duration.ofMinutes(20));
			driver.publish("in", "hit", "a", "two");
			driver.advance(Duration.ofMinutes(30).minusMillis(1));
			assertThat(driver.state("last", "a", String.class)).contains("two");
			driver.advance(Duration.ofMillis(1));
			assertThat(driver.state("last", "a", String.class)).isEmpty();
			assertThat(driver.timers()).as("set by no handler").isEmpty();
		}
	}

	@Test
	void theClockCanBeMovedToAnInstantAndNeverBack() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", "remind", "a", 60);
			driver.advanceTo(driver.timers().getFirst().due());
			assertThat(driver.outputs("out")).hasSize(1);
			assertThatIllegalArgumentException().isThrownBy(() -> driver.advanceTo(NOON))
				.withMessage("Time goes forward, not by PT-1M");
		}
	}

	private static ProcessorTestDriver driver() {
		return ProcessorTestDriver
			.of((clock) -> ProcessorDefinition.named("reminders").on("in", Integer.class, (event, context) -> {
				KeyedState<Integer> repeat = context.state("repeat", Integer.class);
				switch (event.type()) {
					case "forget" -> context.cancel("reminder");
					case "repeat" -> repeat.put(event.data());
					default -> repeat.remove();
				}
				if (!event.type().equals("forget")) {
					context.schedule("reminder", clock.instant().plusSeconds(event.data()));
				}
			}).onTimer("reminder", (timer, context) -> {
				context.emit("out", "reminder", timer.key() + " " + clock.instant().toString().substring(11, 19));
				context.state("repeat", Integer.class)
					.get()
					.ifPresent((seconds) -> context.schedule("reminder", timer.due().plusSeconds(seconds)));
			}).state("repeat", Integer.class).output("out").build())
			.at(NOON)
			.build();
	}

}
