package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StreamDefinition;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.test.ProcessorTestDriver;

import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That unit tests with the test kit say what a server does.
 */
public interface TestKitCases extends BackendCases {

	/** Handled at the second attempt. */
	int FAILS_ONCE = 1;

	/** Never handled. */
	int FAILS = 3;

	/** Sets the timer of its key. */
	int SETS_TIMER = 4;

	/** Clears the timer of its key, if its key is the first. */
	int CLEARS_TIMER = 5;

	int EVENTS_OF_A_KEY = 8;

	@Test
	default void aProcessorDoesInATestWhatItDoesHere() {
		int keys = 10;
		String in = unique("in");
		String out = unique("out");
		ProcessorDefinition definition = definition(unique("group"), in, out);
		Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		List<Event<Item>> events = Item.events(keys * EVENTS_OF_A_KEY, keys)
			.stream()
			.map((event) -> event.withTime(start))
			.toList();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).at(start).partitions(3).build();
				Application app = new Application(fixture())) {
			driver.publish(in, events);
			driver.advance(Duration.ofMinutes(1));
			List<Event<Item>> outputs = driver.outputs(out, Item.class);
			assertThat(outputs).hasSize(keys * EVENTS_OF_A_KEY - 1);
			assertThat(driver.deadLetters(in)).hasSize(keys);
			app.publish(in, events);
			app.start(definition);
			eventually(() -> assertThat(told(read(out).stream().map(TestKitCases::stored)))
				.isEqualTo(told(outputs.stream().map(TestKitCases::emitted))));
			eventually(
					() -> assertThat(told(read(StreamDefinition.deadLetterOf(in)).stream().map(TestKitCases::letter)))
						.isEqualTo(told(driver.deadLetters(in).stream().map(TestKitCases::letter))));
		}
	}

	private static void eventually(ThrowingRunnable assertion) {
		BackendCases.eventually().untilAsserted(assertion);
	}

	private static ProcessorDefinition definition(String group, String in, String out) {
		return ProcessorDefinition.named(group)
			.on(in, Item.class, (event, context) -> handle(event, context, out))
			.onTimer("due", (timer, context) -> {
				context.emit(out, "due", context.state("sum", Item.class).get().orElseThrow());
				context.state("sum", Item.class).remove();
			})
			.state("sum", Item.class)
			.output(out)
			.onFailure(FailureHandler.retrying(new RetryPolicy(3, Duration.ofMillis(20), 1, Duration.ofMillis(20), 0)))
			.build();
	}

	private static void handle(Event<Item> event, ProcessingContext context, String out) {
		KeyedState<Item> state = context.state("sum", Item.class);
		Item item = event.data();
		Item sum = new Item(item.key(), state.get().map(Item::number).orElse(0) + item.number());
		state.put(sum);
		context.emit(out, "sum", sum);
		switch (item.number()) {
			case FAILS_ONCE -> fail(context.attempt() == 1);
			case FAILS -> fail(true);
			case SETS_TIMER -> context.schedule("due", event.time().plusSeconds(2));
			case CLEARS_TIMER -> {
				if (item.key().equals("key0")) {
					context.cancel("due");
				}
			}
			default -> {
			}
		}
	}

	private static void fail(boolean really) {
		if (really) {
			throw new IllegalStateException("It was to fail");
		}
	}

	/** What was told of each key, in order. */
	private static Map<String, List<String>> told(Stream<Map.Entry<String, String>> all) {
		return all.collect(Collectors.groupingBy(Map.Entry::getKey, TreeMap::new,
				Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
	}

	private static Map.Entry<String, String> stored(StreamRecord record) {
		Item item = new JsonPayloadCodec().decode(record.event().data(), Item.class);
		return Map.entry(key(record.event().key()), record.event().attributes().get("type") + " " + item.number() + " "
				+ record.event().attributes().get("id"));
	}

	private static Map.Entry<String, String> emitted(Event<Item> event) {
		return Map.entry(key(event.key()), event.type() + " " + event.data().number() + " " + event.id());
	}

	private static Map.Entry<String, String> letter(StreamRecord record) {
		return letter(record.event().key(), record.event().attributes(), record.event().attributes().get("id"));
	}

	private static Map.Entry<String, String> letter(Event<byte[]> event) {
		return letter(event.key(), event.headers(), event.id());
	}

	private static Map.Entry<String, String> letter(@Nullable String key, Map<String, String> told,
			@Nullable String id) {
		return Map.entry(key(key), id + " " + told.get("dlexception") + " " + told.get("dlmessage") + " "
				+ told.get("dlattempts") + " " + told.get("dlpartition"));
	}

	private static String key(@Nullable String key) {
		return (key != null) ? key : "";
	}

}
