package io.doab.stream.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.Ordering;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What goes in, what comes out, and what is kept.
 */
class ProcessorTestDriverTests {

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	@Test
	void whatAnEventCausesIsThereWhenPublishReturns() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).at(NOON).build()) {
			Event<Item> first = driver.publish("in", "item", "a", new Item(2));
			driver.publish("in", "item", "b", new Item(5));
			driver.publish("in", "item", "a", new Item(3));
			assertThat(driver.outputs("sums", Item.class)).extracting(Event::key, Event::data)
				.containsExactly(tuple("a", new Item(2)), tuple("b", new Item(5)), tuple("a", new Item(5)));
			assertThat(driver.state("sum", "a", Item.class)).contains(new Item(5));
			assertThat(driver.state("sum", "c", Item.class)).isEmpty();
			assertThat(driver.lag("in")).isZero();
			assertThat(first.id()).isEqualTo("in-1");
			assertThat(first.time()).isEqualTo(NOON);
		}
	}

	@Test
	void idAndTimeOfAnOutputAreThoseOfTheEngine() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).at(NOON).build()) {
			driver.publish("in", Event.of("item", "a", new Item(1)).withId("one").withHeader("traceparent", "t"));
			Event<Item> output = driver.outputs("sums", Item.class).getFirst();
			assertThat(output.id()).isEqualTo(EventIds.derive("one", "sums", "sum", "0"));
			assertThat(output.time()).isEqualTo(NOON);
			assertThat(output.source()).hasToString("urn:doab:counting");
			assertThat(output.headers()).containsEntry("traceparent", "t");
		}
	}

	@Test
	void outputsCanBeReadAsJsonAndOneAfterTheOther() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).build()) {
			driver.publish("in", "item", "a", new Item(1));
			assertThat(driver.newOutputs("sums", Item.class)).hasSize(1);
			assertThat(driver.newOutputs("sums", Item.class)).isEmpty();
			driver.publish("in", "item", "a", new Item(1));
			assertThat(driver.newOutputs("sums", Item.class)).extracting(Event::data).containsExactly(new Item(2));
			assertThat(driver.outputs("sums")).extracting((event) -> event.data().get("number").asInt())
				.containsExactly(1, 2);
		}
	}

	@Test
	void eventsOfABacklogSeeWhatTheOnesBeforeThemLeft() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).build()) {
			driver.publish("in",
					IntStream.range(0, 2_000).mapToObj((i) -> Event.of("item", "key" + i % 3, new Item(1))).toList());
			assertThat(driver.state("sum", "key0", Item.class)).contains(new Item(667));
			assertThat(driver.state("sum", "key2", Item.class)).contains(new Item(666));
			assertThat(driver.outputs("sums", Item.class)).hasSize(2_000);
		}
	}

	@Test
	void keysGoToThePartitionsThatTheyHaveInProduction() {
		List<Integer> partitions = new ArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named("where").on("in", Item.class, (event, context) -> {
			partitions.add(context.origin().partition());
			context.state("last", Item.class).put(event.data());
		}).state("last", Item.class).build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).partitions(12).build()) {
			driver.publish("in", "item", "536365", new Item(1));
			driver.publish("in", "item", "536366", new Item(2));
			assertThat(partitions).containsExactly(Partitioner.partition("536365", 12),
					Partitioner.partition("536366", 12));
			assertThat(driver.state("last", "536366", Item.class)).contains(new Item(2));
			assertThat(driver.lag("in")).isZero();
		}
	}

	@Test
	void anEventThatIsEmittedToAnInputIsProcessedThere() {
		ProcessorDefinition definition = ProcessorDefinition.named("countdown")
			.on("in", Item.class, (event, context) -> {
				if (event.data().number() > 0) {
					context.emit("in", "item", new Item(event.data().number() - 1));
				}
			})
			.output("in")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", "item", "a", new Item(3));
			assertThat(driver.outputs("in", Item.class)).extracting((event) -> event.data().number())
				.containsExactly(2, 1, 0);
		}
	}

	@Test
	void inputsAreReadInTheOrderInWhichTheyWerePublishedTo() {
		List<String> seen = new ArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named("two")
			.on("left", Item.class, (event, context) -> seen.add("left " + event.data().number()))
			.on("right", Item.class, (event, context) -> seen.add("right " + event.data().number()))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.stop();
			driver.publish("right", "item", "a", new Item(1));
			driver.publish("left", "item", "a", new Item(2));
			driver.publish("left", "item", "a", new Item(3));
			driver.publish("right", "item", "a", new Item(4));
			driver.start();
			assertThat(seen).containsExactly("right 1", "left 2", "left 3", "right 4");
		}
	}

	@Test
	void eventsThatAreThereTogetherMakeABatch() {
		List<Integer> sizes = new ArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named("batches")
			.onBatch("in", Item.class, 4, (events) -> sizes.add(events.size()))
			.ordering(Ordering.PARTITION)
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in",
					IntStream.range(0, 10).mapToObj((i) -> Event.of("item", "k" + i, new Item(i))).toList());
			driver.publish("in", "item", "a", new Item(1));
			assertThat(sizes).containsExactly(4, 4, 2, 1);
		}
	}

	@Test
	void anEventThatComesTwiceIsDroppedWhileItsIdIsRemembered() {
		ProcessorDefinition definition = ProcessorDefinition.named("once")
			.on("in", Item.class, (event, context) -> context.emit("out", "item", event.data()))
			.deduplicate(Duration.ofHours(1))
			.output("out")
			.build();
		Event<Item> event = Event.of("item", "a", new Item(1))
			.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", event);
			driver.publish("in", event);
			assertThat(driver.outputs("out")).hasSize(1);
			assertThat(driver.timers()).isEmpty();
			driver.advance(Duration.ofHours(1));
			driver.publish("in", event);
			assertThat(driver.outputs("out")).hasSize(2);
		}
	}

	@Test
	void handlersMaySeeTheClockOfTheDriver() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of((clock) -> stamping(clock)).at(NOON).build()) {
			driver.advance(Duration.ofSeconds(90));
			driver.publish("in", "item", "a", new Item(0));
			assertThat(driver.outputs("out").getFirst().data().asString()).isEqualTo("2026-01-31T12:01:30Z");
			assertThat(driver.clock().instant()).isEqualTo(driver.now()).isEqualTo(NOON.plusSeconds(90));
		}
	}

	private static ProcessorDefinition counting() {
		return ProcessorDefinition.named("counting")
			.on("in", Item.class, ProcessorTestDriverTests::count)
			.state("sum", Item.class)
			.output("sums")
			.build();
	}

	private static void count(Event<Item> event, ProcessingContext context) {
		KeyedState<Item> state = context.state("sum", Item.class);
		Item sum = new Item(state.get().map(Item::number).orElse(0) + event.data().number());
		state.put(sum);
		context.emit("sums", "sum", sum);
	}

	private static ProcessorDefinition stamping(Clock clock) {
		return ProcessorDefinition.named("stamping")
			.on("in", Item.class, (event, context) -> context.emit("out", "time", clock.instant().toString()))
			.output("out")
			.build();
	}

	record Item(int number) {

	}

}
