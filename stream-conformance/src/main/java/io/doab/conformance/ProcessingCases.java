package io.doab.conformance;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.EventProcessor;
import io.doab.stream.FailureHandler;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StreamDefinition;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Order, concurrency, state, retry and dead letters: what holds while nothing breaks.
 */
public interface ProcessingCases extends BackendCases {

	@ParameterizedTest
	@EnumSource(value = Ordering.class, names = { "PARTITION", "KEY" })
	@Asserts(Guarantee.ORDER_PER_KEY)
	default void eventsOfAKeyAreProcessedOnceAndInOrder(Ordering ordering) {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(2_000, 50));
			app.start(copy(unique("copy"), in, out).ordering(ordering).build());
			assertEachOnceInOrder(out, 2_000, 50);
		}
	}

	@Test
	default void keysWaitForNoOtherKeyWhenHandlersBlock() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(600, 100));
			AtomicLong first = new AtomicLong(Long.MAX_VALUE);
			AtomicLong last = new AtomicLong();
			app.start(ProcessorDefinition.named(unique("slow")).on(in, Item.class, (event, context) -> {
				first.accumulateAndGet(System.nanoTime(), Math::min);
				TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(100));
				last.accumulateAndGet(System.nanoTime(), Math::max);
				context.emit(out, "copied", event.data());
			}).output(out).concurrency(100).build());
			assertEachOnceInOrder(out, 600, 100);
			// One after the other they would take 30 s on average.
			assertThat(Duration.ofNanos(last.get() - first.get())).isLessThan(Duration.ofSeconds(15));
		}
	}

	@Test
	@Asserts(Guarantee.LAG_IN_TOOLS)
	default void lagIsWhatTheGroupHasNotDone() {
		String in = unique("in");
		CountDownLatch open = new CountDownLatch(1);
		ProcessorDefinition definition = ProcessorDefinition.named(unique("late"))
			.on(in, Item.class, (event, context) -> open.await())
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(200, 50));
			app.start(definition);
			BackendCases.eventually().until(() -> app.status(definition.name()).inFlightEvents() > 0);
			assertThat(app.lag(definition)).containsExactly(Map.entry(in, 200L));
			open.countDown();
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.lag(definition)).containsExactly(Map.entry(in, 0L)));
		}
	}

	@Test
	default void eventsWithoutAKeyAreSpreadAndProcessed() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			List<Event<Item>> events = IntStream.range(0, 30)
				.mapToObj((i) -> Event.of("item", null, new Item("none", i)))
				.toList();
			app.publish(in, events);
			app.start(copy(unique("copy"), in, out).build());
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(30));
			for (int partition = 0; partition < 3; partition++) {
				assertThat(fixture().read(in, partition)).hasSize(10);
			}
		}
	}

	@Test
	default void attributesAndHeadersArriveAsTheyWerePublished() {
		String in = unique("in");
		Map<String, Event<Item>> seen = new ConcurrentHashMap<>();
		try (Application app = new Application(fixture())) {
			Event<Item> event = Item.event("clé/ключ 键", 7).withHeader("traceparent", "00-abc-def-01");
			app.publish(in, List.of(event));
			app.start(ProcessorDefinition.named(unique("look"))
				.on(in, Item.class, (received, context) -> seen.put(received.id(), received))
				.build());
			BackendCases.eventually().until(() -> !seen.isEmpty());
			assertThat(seen.values()).containsExactly(event);
		}
	}

	@Test
	default void stateOfAKeyIsSeenByItsNextEventAndSurvivesATakeOver() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("count");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(300, 10));
			app.start(counting(group, in, out));
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(300));
		}
		try (Application app = new Application(fixture())) {
			app.publish(in, IntStream.range(0, 10).mapToObj((i) -> Item.event("key" + i, 30)).toList());
			app.start(counting(group, in, out));
			assertEachOnceInOrder(out, 310, 10);
		}
	}

	/** Emits how many events of the key came before, by state alone. */
	private static ProcessorDefinition counting(String group, String in, String out) {
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			var count = context.state("count", Integer.class);
			int before = count.get().orElse(0);
			count.put(before + 1);
			context.emit(out, "counted", new Item(event.data().key(), before));
		}).state("count", Integer.class).output(out).build();
	}

	@Test
	default void aFailingHandlerLeavesNoTraceOfItsAttempt() {
		String in = unique("in");
		String out = unique("out");
		AtomicInteger attempts = new AtomicInteger();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key", 0), Item.event("key", 1)));
			app.start(ProcessorDefinition.named(unique("fail")).on(in, Item.class, (event, context) -> {
				var count = context.state("count", Integer.class);
				count.put(count.get().orElse(0) + 1);
				context.emit(out, "counted", new Item("key", count.get().orElseThrow() - 1));
				if (event.data().number() == 0 && attempts.incrementAndGet() < 3) {
					throw new IllegalStateException("attempt " + context.attempt());
				}
			})
				.state("count", Integer.class)
				.output(out)
				.onFailure(
						FailureHandler.retrying(new RetryPolicy(5, Duration.ofMillis(10), 1, Duration.ofMillis(10), 0)))
				.build());
			assertEachOnceInOrder(out, 2, 1);
			assertThat(attempts).hasValue(3);
		}
	}

	@Test
	@Asserts(Guarantee.DEAD_LETTER)
	default void anEventThatAlwaysFailsIsDeadLetteredAndOnlyItsKeyWaits() {
		String in = unique("in");
		String out = unique("out");
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		CountDownLatch othersDone = new CountDownLatch(9);
		EventProcessor<Item> handler = (event, context) -> {
			if (event.data().key().equals("key0") && event.data().number() == 0) {
				attempts.add(context.attempt());
				if (context.attempt() == 3) {
					// All other keys get on while this one is tried again.
					assertThat(othersDone.await(20, TimeUnit.SECONDS)).isTrue();
				}
				throw new IllegalArgumentException("poison");
			}
			context.emit(out, "copied", event.data());
			if (event.data().number() == 1) {
				othersDone.countDown();
			}
		};
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(20, 10));
			app.start(ProcessorDefinition.named(unique("poison"))
				.on(in, Item.class, handler)
				.output(out)
				.onFailure(
						FailureHandler.retrying(new RetryPolicy(3, Duration.ofMillis(20), 1, Duration.ofMillis(20), 0)))
				.build());
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(19));
			assertThat(attempts).containsExactly(1, 2, 3);
			List<StreamRecord> dead = read(StreamDefinition.deadLetterOf(in));
			assertThat(dead).singleElement().satisfies((record) -> {
				assertThat(record.event().attributes()).containsEntry("id", "key0-0")
					.containsEntry("dlstream", in)
					.containsEntry("dlexception", "java.lang.IllegalArgumentException")
					.containsEntry("dlmessage", "poison")
					.containsEntry("dlattempts", "3");
				assertThat(record.event().key()).isEqualTo("key0");
			});
		}
	}

	@Test
	default void bytesThatCannotBeDecodedAreDeadLetteredAsTheyAre() {
		String in = unique("in");
		String out = unique("out");
		byte[] garbage = { 0, -1, 17, '{' };
		byte[] noText = { -1, -2 };
		try (Application app = new Application(fixture())) {
			app.declare(in);
			fixture().appendForeign(in, 1, "foreign".getBytes(StandardCharsets.UTF_8), garbage);
			fixture().appendForeign(in, 1, noText, "{\"key\":\"k\",\"number\":1}".getBytes(StandardCharsets.UTF_8));
			app.publish(in, Item.events(10, 10));
			app.start(copy(unique("copy"), in, out).build());
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(10));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).hasSize(2));
			assertThat(fixture().read(StreamDefinition.deadLetterOf(in), 1))
				.anySatisfy((record) -> assertThat(record.event().data()).isEqualTo(garbage))
				.anySatisfy((record) -> assertThat(record.event().attributes()).containsEntry("rawkey", "//4="));
		}
	}

	@Test
	@Asserts(Guarantee.FOREIGN_EVENTS)
	default void aForeignEventWithoutAttributesIsProcessed() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.declare(in);
			fixture().appendForeign(in, 2, "foreign".getBytes(StandardCharsets.UTF_8),
					"{\"key\":\"foreign\",\"number\":0}".getBytes(StandardCharsets.UTF_8));
			app.start(copy(unique("copy"), in, out).build());
			assertEachOnceInOrder(out, 1, 1);
		}
	}

	@Test
	@Asserts(Guarantee.DEDUPLICATION)
	default void anEventMarkedAsRepeatableIsProcessedOncePerId() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("once");
		Event<Item> event = Item.event("key", 0).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		ProcessorDefinition once = copy(group, in, out).deduplicate(Duration.ofHours(1)).build();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(event, event, event));
			app.start(once);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).isNotEmpty());
		}
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(event, Item.event("key", 1)));
			app.start(once);
			assertEachOnceInOrder(out, 2, 1);
		}
	}

	@Test
	default void batchesKeepOrderAndAPoisonousEventAloneIsDeadLettered() {
		String in = unique("in");
		List<Item> stored = new CopyOnWriteArrayList<>();
		AtomicInteger largest = new AtomicInteger();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(200, 1));
			app.start(ProcessorDefinition.named(unique("batch")).onBatch(in, Item.class, 50, (events) -> {
				largest.accumulateAndGet(events.size(), Math::max);
				if (events.stream().anyMatch((event) -> event.data().number() == 77)) {
					throw new IllegalArgumentException("poison");
				}
				events.forEach((event) -> stored.add(event.data()));
			})
				.ordering(Ordering.PARTITION)
				.onFailure(
						FailureHandler.retrying(new RetryPolicy(2, Duration.ofMillis(5), 1, Duration.ofMillis(5), 0)))
				.build());
			BackendCases.eventually().untilAsserted(() -> assertThat(stored).hasSize(199));
			assertThat(stored.stream().map(Item::number)).isSorted().doesNotContain(77);
			assertThat(largest.get()).isGreaterThan(1).isLessThanOrEqualTo(50);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(BackendCases.ids(read(StreamDefinition.deadLetterOf(in))))
					.containsExactly("key0-77"));
		}
	}

	@Test
	default void aHandlerThatNeverReturnsHoldsItsBoundAndOtherPartitionsRunOn() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("stuck");
		CountDownLatch end = new CountDownLatch(1);
		int stuckPartition = io.doab.stream.Partitioner.partition("key0", 3);
		try (Application app = new Application(fixture())) {
			List<Event<Item>> events = Item.events(3_000, 30);
			app.publish(in, events);
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				if (event.data().key().equals("key0") && event.data().number() == 0) {
					end.await();
				}
				context.emit(out, "copied", event.data());
			}).output(out).ordering(Ordering.PARTITION).maxInFlightEvents(100).build());
			long others = events.stream()
				.filter((event) -> io.doab.stream.Partitioner.partition(event.data().key(), 3) != stuckPartition)
				.count();
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(items(out)).hasSizeGreaterThanOrEqualTo((int) others));
			// A read may bring more than there is room for, once.
			assertThat(app.status(group).inFlightEvents()).isLessThanOrEqualTo(2 * 100);
			assertThat(processorShare("doab-" + group, Duration.ofSeconds(1)))
				.as("what the wait for room takes of a processor")
				.isLessThan(0.2);
			end.countDown();
			assertEachOnceInOrder(out, 3_000, 30);
		}
	}

	/** How much of a processor a thread takes for a while. */
	private static double processorShare(String thread, Duration within) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long[] ids = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((one) -> one.getName().equals(thread))
			.mapToLong(Thread::threadId)
			.toArray();
		assertThat(ids).as("threads named " + thread).hasSize(1);
		long began = System.nanoTime();
		long before = threads.getThreadCpuTime(ids[0]);
		await().pollDelay(within).until(() -> true);
		return (double) (threads.getThreadCpuTime(ids[0]) - before) / (System.nanoTime() - began);
	}

	@Test
	default void anIdleGroupHasNoLag() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		String behind = unique("behind");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(100, 10));
			app.start(copy(group, in, out).build(), copy(behind, out, unique("last")).build());
			BackendCases.eventually().untilAsserted(() -> {
				for (int partition = 0; partition < 3; partition++) {
					assertThat(fixture().lag(group, in, partition)).isZero();
					assertThat(fixture().lag(behind, out, partition)).isZero();
				}
			});
			assertThat(items(out)).hasSize(100);
		}
	}

	@Test
	default void aStreamWithAnotherNumberOfPartitionsIsRefused() {
		String in = unique("in");
		try (Application three = new Application(fixture(), Network.ONE, 3);
				Application five = new Application(fixture(), Network.ONE, 5)) {
			three.declare(in);
			assertThatThrownBy(() -> five.declare(in)).hasMessageContaining("'" + in + "' has 3 partitions")
				.hasMessageContaining("doab.streams[" + in + "].partitions=3");
			String group = unique("copy");
			five.start(copy(group, in, unique("out")).build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(five.status(group).state()).isEqualTo(ProcessorStatus.State.FAILED));
			assertThat(five.status(group).reason()).contains("has 3 partitions");
		}
	}

	@Test
	default void anEventOfTheLargestSizeIsProcessedAndALargerOneIsRefused() {
		String in = unique("in");
		Set<Integer> sizes = ConcurrentHashMap.newKeySet();
		try (Application app = new Application(fixture())) {
			int limit = app.backend().capabilities().maxEventBytes();
			app.publisher().publish(in, Event.of("blob", "key", new byte[limit - 1_000])).join();
			app.start(ProcessorDefinition.named(unique("blobs"))
				.on(in, byte[].class, (event, context) -> sizes.add(event.data().length))
				.build());
			BackendCases.eventually().untilAsserted(() -> assertThat(sizes).containsExactly(limit - 1_000));
			assertThat(app.publisher().publish(in, Event.of("blob", "key", new byte[limit + 1])))
				.failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(InvalidEventException.class)
				.withMessageContaining("the limit is " + limit);
		}
	}

	@Test
	default void twoGroupsSeeEveryEventAndANewOneTheOldEvents() {
		String in = unique("in");
		String one = unique("one");
		String other = unique("other");
		try (Application app = new Application(fixture())) {
			app.start(copy(unique("group"), in, one).build());
			app.publish(in, Item.events(50, 5));
			assertEachOnceInOrder(one, 50, 5);
			app.start(copy(unique("group"), in, other).build());
			assertEachOnceInOrder(other, 50, 5);
		}
	}

	@Test
	default void theFirstFingerprintHoldsAnIdempotencyKey() {
		try (Application app = new Application(fixture()); Application other = new Application(fixture())) {
			String key = unique("key");
			Duration window = Duration.ofHours(1);
			assertThat(app.backend().idempotencyWindow().claim(key, "first", window).join()).isEqualTo("first");
			assertThat(other.backend().idempotencyWindow().claim(key, "second", window).join()).isEqualTo("first");
			assertThat(other.backend().idempotencyWindow().claim(key, "first", window).join()).isEqualTo("first");
			assertThat(app.backend().idempotencyWindow().claim(unique("key"), "third", window).join())
				.isEqualTo("third");
		}
	}

	@Test
	default void theBackendSaysThatItIsUp() {
		try (Application app = new Application(fixture())) {
			assertThat(app.backend().status().up()).isTrue();
			assertThat(app.backend().status().details()).isNotEmpty();
		}
	}

	/** Copies events to a stream. */
	static ProcessorDefinition.Builder copy(String group, String in, String out) {
		return ProcessorDefinition.named(group)
			.on(in, Item.class, (event, context) -> context.emit(out, "copied", event.data()))
			.output(out);
	}

}
