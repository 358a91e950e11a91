package io.doab.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetentionLimits;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.GroupLoss;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamBackend;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What stays in a stream, and for how long.
 */
public interface RetentionCases extends BackendCases {

	/** Of one partition, so that it is known what a limit of a partition leaves. */
	private static StreamDefinition single(String stream, Duration age, RetentionLimits limits) {
		return StreamDefinition.of(stream).withPartitions(1).withRetention(age, limits);
	}

	@Test
	@Asserts(Guarantee.RETENTION)
	default void whatIsOldOrTooMuchGoesOnceAllHaveDoneItAndNeverBefore() {
		String old = unique("old");
		String many = unique("many");
		String large = unique("large");
		List<String> streams = List.of(old, many, large);
		List<ProcessorDefinition> readers = streams.stream()
			.map((stream) -> ProcessingCases.copy(unique("reader"), stream, unique("out")).build())
			.toList();
		try (Application app = new Application(fixture(), Network.ONE, 1)) {
			try (Application reading = new Application(fixture(), Network.ONE, 1)) {
				reading.start(readers.toArray(ProcessorDefinition[]::new));
				streams.forEach((stream) -> app.publish(stream, events(0, 500)));
				BackendCases.eventually()
					.until(() -> IntStream.range(0, 3)
						.allMatch((i) -> fixture().lag(readers.get(i).name(), streams.get(i), 0) == 0));
			}
			streams.forEach((stream) -> app.publish(stream, events(500, 800)));
			try (StreamBackend trimming = fixture().newTrimmingBackend(Duration.ofMillis(200))) {
				trimming.declare(List.of(single(old, Duration.ofMillis(1), RetentionLimits.NONE),
						single(many, Duration.ofDays(7), new RetentionLimits(100, 0, false)),
						single(large, Duration.ofDays(7), new RetentionLimits(0, 20_000, false))));
				// Redis removes whole nodes by age. The mark of a commit may be the last.
				BackendCases.eventually()
					.untilAsserted(() -> streams
						.forEach((stream) -> assertThat(numbers(stream)).as(stream).hasSizeLessThan(420)));
				BackendCases.pass(Duration.ofMillis(600));
				streams.forEach((stream) -> assertThat(numbers(stream)).as(stream)
					.containsAll(IntStream.range(500, 800).boxed().toList()));
				assertThat(trimming.losses()).isEmpty();
			}
			try (Application reading = new Application(fixture(), Network.ONE, 1)) {
				reading.start(readers.toArray(ProcessorDefinition[]::new));
				BackendCases.eventually()
					.until(() -> IntStream.range(0, 3)
						.allMatch((i) -> fixture().lag(readers.get(i).name(), streams.get(i), 0) == 0));
			}
		}
	}

	@Test
	default void aLimitOfEventsLeavesSoManyAndOneOfBytesAboutSoMuch() {
		String many = unique("many");
		String large = unique("large");
		try (Application app = new Application(fixture(), Network.ONE, 1);
				StreamBackend trimming = fixture().newTrimmingBackend(Duration.ofMillis(200))) {
			app.publish(many, events(0, 3_000));
			app.publish(large, events(0, 3_000));
			trimming.declare(List.of(single(many, Duration.ofDays(7), new RetentionLimits(100, 0, false)),
					single(large, Duration.ofDays(7), new RetentionLimits(0, 50_000, false))));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(numbers(many)).hasSize(100).endsWith(2_998, 2_999));
			// Of a hundred bytes each, or of five hundred.
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(numbers(large)).hasSizeBetween(50, 700).endsWith(2_998, 2_999));
		}
	}

	@Test
	@Asserts(Guarantee.RETENTION)
	default void aHardLimitAndForeignRemovalsLoseWhatWasNotDoneAndSaySo() {
		String in = unique("in");
		String out = unique("out");
		ProcessorDefinition reader = ProcessingCases.copy(unique("reader"), in, out).build();
		try (Application app = new Application(fixture(), Network.ONE, 1)) {
			try (Application reading = new Application(fixture(), Network.ONE, 1)) {
				reading.start(reader);
				app.publish(in, events(0, 100));
				BackendCases.eventually().until(() -> fixture().lag(reader.name(), in, 0) == 0);
			}
			app.publish(in, events(100, 400));
			try (StreamBackend trimming = fixture().newTrimmingBackend(Duration.ofMillis(200))) {
				trimming.declare(List.of(single(in, Duration.ofDays(7), new RetentionLimits(200, 0, true))));
				BackendCases.eventually().untilAsserted(() -> assertThat(numbers(in)).hasSize(200).startsWith(200));
				assertLost(trimming, reader, in, 100);
				fixture().removeFirst(in, 0, 50);
				assertLost(trimming, reader, in, 150);
				assertThat(trimming.status().warnings()).anySatisfy((warning) -> assertThat(warning)
					.contains(reader.name(), in, "about 15", "removed before it had done them"));
				try (Application reading = new Application(fixture(), Network.ONE, 1)) {
					reading.start(reader);
					BackendCases.eventually().untilAsserted(() -> assertThat(read(out, 1)).hasSize(250));
					BackendCases.eventually().until(() -> fixture().lag(reader.name(), in, 0) == 0);
				}
				// What was done since is no loss when it goes.
				app.publish(in, events(400, 500));
				try (Application reading = new Application(fixture(), Network.ONE, 1)) {
					reading.start(reader);
					BackendCases.eventually().until(() -> fixture().lag(reader.name(), in, 0) == 0);
				}
				fixture().removeFirst(in, 0, 20);
				BackendCases.pass(Duration.ofMillis(600));
				assertLost(trimming, reader, in, 150);
			}
		}
	}

	/** Give or take the mark of a commit. */
	private static void assertLost(StreamBackend trimming, ProcessorDefinition reader, String stream, long events) {
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(trimming.losses()).singleElement().satisfies((loss) -> {
				assertThat(loss).isEqualTo(new GroupLoss(reader.name(), stream, loss.events()));
				assertThat(loss.events()).isBetween(events, events + 5);
			}));
	}

	@Test
	default void aGroupThatBeginsAtTheEndOrInATrimmedStreamHasLostNothing() {
		String in = unique("in");
		CountDownLatch some = new CountDownLatch(2);
		try (Application app = new Application(fixture(), Network.ONE, 1)) {
			app.publish(in, events(0, 200));
			fixture().removeFirst(in, 0, 100);
			List<ProcessorDefinition> readers = List.of(
					ProcessorDefinition.named(unique("early"))
						.on(in, Item.class, (event, context) -> some.countDown())
						.build(),
					ProcessorDefinition.named(unique("late"))
						.on(in, Item.class, (event, context) -> some.countDown())
						.startAt(StartAt.LATEST)
						.build());
			app.start(readers.toArray(ProcessorDefinition[]::new));
			BackendCases.eventually()
				.until(() -> readers.stream().allMatch((reader) -> app.status(reader.name()).partitions().size() == 1));
			app.publish(in, events(200, 210));
			BackendCases.eventually()
				.until(() -> readers.stream().allMatch((reader) -> fixture().lag(reader.name(), in, 0) == 0));
			try (StreamBackend trimming = fixture().newTrimmingBackend(Duration.ofMillis(100))) {
				trimming.declare(List.of(single(in, Duration.ofMillis(1), RetentionLimits.NONE)));
				fixture().removeFirst(in, 0, 105);
				BackendCases.pass(Duration.ofMillis(500));
				assertThat(trimming.losses()).isEmpty();
			}
		}
	}

	private static List<Event<Item>> events(int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> Item.event("key", number)).toList();
	}

	private List<Integer> numbers(String stream) {
		return BackendCases.items(read(stream, 1)).stream().map(Item::number).toList();
	}

}
