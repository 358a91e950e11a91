package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Timers, and state that is forgotten.
 */
public interface TimerCases extends BackendCases {

	@Test
	default void aTimerFiresOnceAndNotBeforeItIsDue() {
		String in = unique("in");
		String out = unique("out");
		Map<String, Instant> fired = new ConcurrentHashMap<>();
		Map<String, Instant> due = new ConcurrentHashMap<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(20, 20));
			app.start(ProcessorDefinition.named(unique("timers")).on(in, Item.class, (event, context) -> {
				Instant at = Instant.now().plusMillis(500);
				due.put(event.data().key(), at);
				context.schedule("later", at);
			}).onTimer("later", (timer, context) -> {
				fired.putIfAbsent(timer.key(), Instant.now());
				context.emit(out, "fired", new Item(timer.key(), 0));
			}).output(out).build());
			assertEachOnceInOrder(out, 20, 20);
			fired.forEach((key, at) -> assertThat(at).isAfterOrEqualTo(due.get(key)));
		}
	}

	@Test
	default void aTimerFiresAfterATakeOverAndOneThatWasClearedDoesNot() {
		BackendCases.inTime(Duration.ofSeconds(6), this::fireAfterATakeOver);
	}

	private boolean fireAfterATakeOver(Duration delay) {
		String in = unique("in");
		String out = unique("out");
		String group = unique("timers");
		AtomicReference<Instant> due = new AtomicReference<>(Instant.MAX);
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (event.data().number() == 0) {
				due.compareAndSet(Instant.MAX, Instant.now().plus(delay));
				context.schedule("later", due.get());
			}
			else {
				context.cancel("later");
			}
		})
			.onTimer("later", (timer, context) -> context.emit(out, "fired", new Item(timer.key(), 0)))
			.output(out)
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(10, 10));
			app.publish(in, List.of(Item.event("key3", 1), Item.event("key4", 1)));
			app.start(definition);
			BackendCases.eventually().until(() -> noLag(group, in));
		}
		List<StreamRecord> early = read(out);
		if (Instant.now().isAfter(due.get())) {
			return false;
		}
		assertThat(early).isEmpty();
		try (Application app = new Application(fixture())) {
			app.start(definition);
			assertEachOnceInOrder(out, 8, 8);
			assertThat(items(out)).extracting(Item::key).doesNotContain("key3", "key4");
		}
		return true;
	}

	@Test
	default void anEventThatIsInTheStreamInTimeWinsAgainstItsTimeOut() {
		BackendCases.inTime(Duration.ofSeconds(8), this::winAgainstATimeOut);
	}

	private boolean winAgainstATimeOut(Duration delay) {
		String in = unique("in");
		String out = unique("out");
		String group = unique("race");
		AtomicReference<Instant> due = new AtomicReference<>(Instant.MAX);
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (event.data().number() == 0) {
				due.compareAndSet(Instant.MAX, Instant.now().plus(delay));
				context.schedule("timeout", due.get());
			}
			else {
				context.cancel("timeout");
				context.emit(out, "answered", new Item(event.data().key(), 0));
			}
		})
			.onTimer("timeout", (timer, context) -> context.emit(out, "timed-out", new Item(timer.key(), 0)))
			.output(out)
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(20, 20));
			app.start(definition);
			BackendCases.eventually().until(() -> noLag(group, in));
		}
		try (Application app = new Application(fixture())) {
			// The answers are in the stream before the timers come due, and nobody looks
			// until long after.
			app.publish(in, IntStream.range(0, 20).mapToObj((i) -> Item.event("key" + i, 1)).toList());
			if (Instant.now().isAfter(due.get())) {
				return false;
			}
			BackendCases.eventually().until(() -> Instant.now().isAfter(due.get().plusMillis(500)));
			app.start(definition);
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(20));
			assertThat(read(out))
				.allSatisfy((record) -> assertThat(record.event().attributes()).containsEntry("type", "answered"));
		}
		return true;
	}

	@Test
	default void stateWithATimeToLiveIsForgotten() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("forget");
		try (Application app = new Application(fixture())) {
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				var kept = context.state("kept", String.class);
				context.emit(out, kept.get().isPresent() ? "known" : "unknown", event.data());
				kept.put("here");
			}).state("kept", String.class, Duration.ofMillis(700)).output(out).build());
			app.publish(in, List.of(Item.event("key", 0), Item.event("key", 1)));
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(2));
			BackendCases.eventually().pollDelay(Duration.ofMillis(4_500)).until(() -> true);
			app.publish(in, List.of(Item.event("key", 2)));
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(3));
			assertThat(read(out)).extracting((record) -> record.event().attributes().get("type"))
				.containsExactly("unknown", "known", "unknown");
		}
	}

	private boolean noLag(String group, String stream) {
		for (int partition = 0; partition < 3; partition++) {
			if (fixture().lag(group, stream, partition) != 0) {
				return false;
			}
		}
		return true;
	}

}
