package io.doab.stream;

import java.util.ArrayList;
import java.util.List;

import io.doab.stream.test.HandlerFailure;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that a handler sets aside, as JSON in a state of its own.
 */
class HeldEventTests {

	private final List<Event<Item>> seen = new ArrayList<>();

	private final List<Origin> origins = new ArrayList<>();

	record Item(int number) {
	}

	@Test
	void whatIsResumedIsTheEventAsItCame() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", Event.of("hold", "key", new Item(1)).withHeader("traceparent", "00-1"));
			driver.publish("in", Event.of("resume", "key", new Item(2)));
			assertThat(driver.failures()).isEmpty();
			assertThat(this.seen).hasSize(2).containsOnly(this.seen.getFirst());
			assertThat(this.seen.getFirst().headers()).containsOnlyKeys("traceparent");
			assertThat(this.origins).hasSize(2).containsOnly(this.origins.getFirst());
			assertThat(driver.outputs("out", Item.class)).singleElement().satisfies((event) -> {
				assertThat(event.data()).isEqualTo(new Item(1));
				assertThat(event.headers()).containsEntry("traceparent", "00-1");
			});
			assertThat(driver.state("sum", "key", Item.class)).contains(new Item(3));
		}
	}

	@Test
	void aTimerCannotBeHeldAndAnEventOfAnotherKeyNotResumed() {
		try (ProcessorTestDriver driver = driver()) {
			driver.publish("in", Event.of("hold", "key", new Item(1)));
			HeldEvent other = driver.state("held", "key", HeldEvent.class).orElseThrow();
			driver.publish("in", Event.of("schedule", "other", new Item(1)));
			assertThat(driver.failures()).extracting(HandlerFailure::exception)
				.anySatisfy((failure) -> assertThat(failure).hasMessageContaining("A timer is being processed"));
			assertThat(other.isCopyOf(other)).isTrue();
		}
		try (ProcessorTestDriver driver = ProcessorTestDriver
			.of(ProcessorDefinition.named("group").on("in", Item.class, (event, context) -> {
				HeldEvent held = context.hold();
				context.resume(
						new HeldEvent(new Event<>("id", "type", held.event().source(), context.now(), "other",
								held.event().data(), held.event().headers()), held.origin()),
						Item.class, (one, inner) -> {
						});
			}).build())
			.build()) {
			driver.publish("in", Event.of("any", "key", new Item(1)));
			assertThat(driver.failures().getFirst().exception()).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("another key");
		}
	}

	private ProcessorTestDriver driver() {
		return ProcessorTestDriver
			.of(ProcessorDefinition.named("group")
				.on("in", Item.class, this::handle)
				.onTimer("timer", (timer, context) -> context.hold())
				.state("held", HeldEvent.class)
				.state("sum", Item.class)
				.output("out")
				.build())
			.build();
	}

	private void handle(Event<Item> event, ProcessingContext context) throws Exception {
		switch (event.type()) {
			case "hold" -> {
				see(event, context);
				context.state("held", HeldEvent.class).put(context.hold());
			}
			case "resume" -> {
				context.state("sum", Item.class).put(event.data());
				context.resume(context.state("held", HeldEvent.class).get().orElseThrow(), Item.class,
						(held, inner) -> {
							see(held, inner);
							// It sees what the event at hand has done before.
							int sum = inner.state("sum", Item.class).get().orElseThrow().number();
							inner.state("sum", Item.class).put(new Item(sum + held.data().number()));
							inner.emit("out", "resumed", held.data());
						});
			}
			default -> context.schedule("timer", context.now());
		}
	}

	private void see(Event<Item> event, ProcessingContext context) {
		this.seen.add(event);
		this.origins.add(context.origin());
	}

}
