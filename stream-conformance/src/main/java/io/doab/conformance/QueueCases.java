package io.doab.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberProcess;
import io.doab.conformance.member.MemberSpec;
import io.doab.stream.Delivery;
import io.doab.stream.FailureHandler;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueHandler;
import io.doab.stream.QueueOutcome;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Queues: consumers that compete for single events.
 */
public interface QueueCases extends BackendCases {

	/** Where consumers end without a word. */
	Duration VISIBILITY = Duration.ofSeconds(2);

	/** Where none does: longer than a busy machine keeps a thread from renewing. */
	Duration LONG_VISIBILITY = Duration.ofSeconds(6);

	@Test
	default void consumersOfAQueueShareOnePartition() {
		String in = unique("in");
		Map<String, List<String>> handled = new ConcurrentHashMap<>();
		List<Application> consumers = new ArrayList<>();
		CountDownLatch all = new CountDownLatch(3);
		String queue = unique("competing");
		try (Application source = new Application(fixture(), Network.ONE, 1)) {
			source.declare(in);
			for (int i = 0; i < 3; i++) {
				List<String> own = handled.computeIfAbsent("consumer" + i, (name) -> new CopyOnWriteArrayList<>());
				consumers.add(new Application(fixture(), Network.ONE, 1).start(queue(queue, in, (event, context) -> {
					if (own.isEmpty()) {
						// It has one in flight at most: the others are for the others.
						all.countDown();
						all.await(60, TimeUnit.SECONDS);
					}
					own.add(event.id());
					return QueueOutcome.acknowledge();
				}).concurrency(1).maxInFlightEvents(1).build()));
			}
			BackendCases.eventually()
				.until(() -> consumers.stream()
					.allMatch((each) -> each.queueStatus(queue).state() == ProcessorStatus.State.RUNNING));
			source.publish(in, Item.events(90, 9));
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThat(handled.values()).flatMap((own) -> own).hasSize(90).doesNotHaveDuplicates());
			assertThat(handled.values()).allSatisfy((own) -> assertThat(own).isNotEmpty());
		}
		finally {
			consumers.forEach(Application::close);
		}
	}

	@Test
	@Asserts(Guarantee.QUEUE_REDELIVERY)
	default void whatALivingHandlerHoldsLongerThanTheVisibilityTimeIsNotDeliveredAgain() throws Exception {
		String in = unique("in");
		String queue = unique("slow");
		List<String> handled = new CopyOnWriteArrayList<>();
		List<Integer> deliveries = new CopyOnWriteArrayList<>();
		CountDownLatch end = new CountDownLatch(1);
		QueueDefinition slow = queue(queue, in, (event, context) -> {
			handled.add(event.id());
			deliveries.add(context.deliveryCount());
			end.await();
			return QueueOutcome.acknowledge();
		}).maxInFlightEvents(8).build();
		try (Application one = new Application(fixture()); Application other = new Application(fixture())) {
			one.publish(in, Item.events(30, 6));
			one.start(slow);
			other.start(slow);
			BackendCases.eventually().until(() -> deliveries.size() >= 8);
			assertThat(List.copyOf(deliveries).subList(0, 8)).containsOnly(1);
			BackendCases.pass(LONG_VISIBILITY.plusSeconds(1));
			assertThat(List.of(one.queueStatus(queue).inFlightEvents(), other.queueStatus(queue).inFlightEvents()))
				.allSatisfy((inFlight) -> assertThat(inFlight).isLessThanOrEqualTo(8));
			assertThat(deliveries).hasSizeLessThanOrEqualTo(16);
			end.countDown();
			BackendCases.eventually().until(() -> one.lag(slow) == 0);
			assertThat(handled).hasSize(30).doesNotHaveDuplicates();
			// Fetched ahead, and given back by a client whose handlers were slow.
			assertThat(deliveries).allSatisfy((count) -> assertThat(count).isLessThan(slow.settings().deliveryLimit()));
		}
		finally {
			end.countDown();
		}
	}

	@Test
	@Asserts(Guarantee.QUEUE_REDELIVERY)
	default void whatADeadConsumerHeldIsDeliveredWhenTheVisibilityTimeIsOver(@TempDir Path folder) throws Exception {
		String in = unique("in");
		String out = unique("out");
		String queue = unique("killed");
		MemberSpec spec = MemberSpec.copying(fixture(), queue, in, out, folder.resolve("begun"))
			.consumingQueue(VISIBILITY, 5)
			.handlingFor(60_000);
		Map<String, Instant> handled = new ConcurrentHashMap<>();
		List<Integer> counts = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture()); MemberProcess victim = MemberProcess.start(spec)) {
			app.publish(in, List.of(Item.event("key", 0)));
			BackendCases.eventually().until(() -> spec.begun().size() == 1);
			app.start(queue(queue, in, (event, context) -> {
				handled.put(event.id(), Instant.now());
				counts.add(context.deliveryCount());
				return QueueOutcome.acknowledge();
			}).visibilityTime(VISIBILITY).build());
			BackendCases.eventually().until(() -> app.queueStatus(queue).state() == ProcessorStatus.State.RUNNING);
			Instant killed = Instant.now();
			victim.kill();
			app.publish(in, Item.events(20, 20));
			BackendCases.eventually().until(() -> handled.containsKey("key-0"));
			assertThat(Duration.between(killed, Objects.requireNonNull(handled.get("key-0"))))
				.isLessThan(VISIBILITY.plusSeconds(1).plus(BUSY_MACHINE));
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).hasSize(21));
			assertThat(counts).contains(2);
		}
	}

	@Test
	default void theDeliveryCountCountsDeliveriesAndAReleaseWaitsForItsDelay() {
		String in = unique("in");
		Map<String, List<Integer>> counts = new ConcurrentHashMap<>();
		Map<String, List<Instant>> times = new ConcurrentHashMap<>();
		QueueDefinition releasing = queue(unique("releasing"), in, (event, context) -> {
			counts.computeIfAbsent(event.id(), (id) -> new CopyOnWriteArrayList<>()).add(context.deliveryCount());
			times.computeIfAbsent(event.id(), (id) -> new CopyOnWriteArrayList<>()).add(Instant.now());
			if (context.deliveryCount() == 3) {
				return QueueOutcome.acknowledge();
			}
			return event.data().key().equals("later") ? QueueOutcome.release(Duration.ofMillis(700))
					: QueueOutcome.release();
		}).build();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("now", 0), Item.event("later", 0)));
			app.start(releasing);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(counts.values()).hasSize(2)
					.allSatisfy((each) -> assertThat(each).containsExactly(1, 2, 3)));
			List<Instant> later = Objects.requireNonNull(times.get("later-0"));
			assertThat(Duration.between(later.get(0), later.get(1))).isBetween(Duration.ofMillis(690),
					Duration.ofMillis(700).plus(BUSY_MACHINE));
			assertThat(Duration.between(later.get(1), later.get(2))).isGreaterThanOrEqualTo(Duration.ofMillis(690));
			BackendCases.eventually().until(() -> app.lag(releasing) == 0);
		}
	}

	@Test
	default void whatIsRejectedOrFailsForGoodIsDeadLettered() {
		String in = unique("in");
		String out = unique("out");
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		QueueDefinition failing = queue(unique("failing"), in, (event, context) -> {
			context.emit(out, "copied", event.data());
			return switch (event.data().key()) {
				case "wrong" -> QueueOutcome.reject("it is wrong");
				case "fails" -> {
					attempts.add(context.deliveryCount());
					throw new IllegalStateException("again and again");
				}
				default -> QueueOutcome.acknowledge();
			};
		}).output(out)
			.onFailure(FailureHandler.retrying(new RetryPolicy(10, Duration.ofMillis(50), 1, Duration.ofSeconds(1), 0)))
			.deliveryLimit(4)
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("wrong", 0), Item.event("fails", 0), Item.event("good", 0)));
			app.start(failing);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).hasSize(2));
			assertThat(read(StreamDefinition.deadLetterOf(in)))
				.anySatisfy((letter) -> assertThat(letter.event().attributes()).containsEntry("id", "wrong-0")
					.containsEntry("dlmessage", "it is wrong")
					.containsEntry("dlattempts", "1")
					.containsEntry("dlgroup", failing.name()))
				.anySatisfy((letter) -> assertThat(letter.event().attributes()).containsEntry("id", "fails-0")
					.containsEntry("dlexception", IllegalStateException.class.getName())
					.containsEntry("dlattempts", "3"));
			assertThat(attempts).containsExactly(1, 2, 3);
			BackendCases.eventually().until(() -> app.lag(failing) == 0);
			assertThat(items(out)).containsExactly(new Item("good", 0));
		}
	}

	@Test
	@Asserts(Guarantee.QUEUE_DEAD_LETTER)
	default void anEventThatEndsItsConsumersIsDeadLetteredBeforeItIsDropped(@TempDir Path folder) throws Exception {
		String in = unique("in");
		String out = unique("out");
		String queue = unique("deadly");
		MemberSpec spec = MemberSpec.copying(fixture(), queue, in, out, folder.resolve("begun"))
			.consumingQueue(VISIBILITY, 3)
			.haltingAt("key-0");
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key", 0)));
			for (int death = 0; death < 2; death++) {
				try (MemberProcess member = MemberProcess.start(spec)) {
					member.ended().get(60, TimeUnit.SECONDS);
				}
			}
			AtomicBoolean begun = new AtomicBoolean();
			QueueDefinition survivor = queue(queue, in, (event, context) -> {
				begun.set(true);
				return QueueOutcome.acknowledge();
			}).visibilityTime(VISIBILITY).deliveryLimit(3).build();
			app.start(survivor);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).singleElement()
					.satisfies((letter) -> assertThat(letter.event().attributes()).containsEntry("id", "key-0")
						.containsEntry("dlexception", "io.doab.stream.engine.DeliveryLimitException")
						.containsEntry("dlattempts", "3")));
			assertThat(begun).isFalse();
			BackendCases.eventually().until(() -> app.lag(survivor) == 0);
			assertThat(Collections.frequency(spec.begun(), "key-0")).isEqualTo(2);
			assertThat(app.queueStatus(queue).droppedEvents()).isZero();
		}
	}

	@Test
	default void nothingIsLostThoughConnectionsAreCutAndConsumersGo() {
		String in = unique("in");
		String queue = unique("cut");
		Set<String> handled = ConcurrentHashMap.newKeySet();
		QueueDefinition definition = queue(queue, in, (event, context) -> {
			TimeUnit.MILLISECONDS.sleep(5);
			handled.add(event.id());
			return QueueOutcome.acknowledge();
		}).visibilityTime(VISIBILITY).concurrency(4).maxInFlightEvents(20).build();
		try (Application source = new Application(fixture());
				Application cut = new Application(fixture(), Network.OTHER)) {
			source.declare(in);
			cut.start(definition);
			Application goes = new Application(fixture()).start(definition);
			for (int round = 0; round < 4; round++) {
				int first = round * 10;
				source.publish(in, IntStream.range(0, 100).mapToObj((i) -> Item.event("key" + i, first)).toList());
				fixture().faults(Network.OTHER).cut();
			}
			goes.close();
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).hasSize(400));
			BackendCases.eventually().until(() -> source.lag(definition) == 0);
			assertThat(read(StreamDefinition.deadLetterOf(in))).isEmpty();
		}
	}

	@Test
	default void aConsumerThatStopsFinishesWhatRunsAndGivesBackTheRest() throws Exception {
		String in = unique("in");
		String queue = unique("stops");
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger finished = new AtomicInteger();
		List<String> next = new CopyOnWriteArrayList<>();
		QueueDefinition one = queue(queue, in, (event, context) -> {
			begun.countDown();
			end.await();
			finished.incrementAndGet();
			return QueueOutcome.acknowledge();
		}).concurrency(1).visibilityTime(Duration.ofSeconds(15)).build();
		try (Application source = new Application(fixture())) {
			source.publish(in, Item.events(30, 3));
			Application stops = new Application(fixture()).start(one);
			begun.await();
			BackendCases.eventually().until(() -> stops.queueStatus(queue).inFlightEvents() > 1);
			Thread stopping = Thread.ofVirtual().start(stops::close);
			BackendCases.eventually().until(() -> stops.queueStatus(queue).inFlightEvents() == 1);
			end.countDown();
			stopping.join();
			assertThat(finished).hasValue(1);
			Instant began = Instant.now();
			source.start(queue(queue, in, (event, context) -> {
				next.add(event.id());
				return QueueOutcome.acknowledge();
			}).visibilityTime(Duration.ofSeconds(15)).build());
			BackendCases.eventually().untilAsserted(() -> assertThat(next).hasSize(29).doesNotHaveDuplicates());
			assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(10));
		}
		finally {
			end.countDown();
		}
	}

	@Test
	default void whatAQueueDeliversAtMostOnceIsNotRunAgain() {
		String in = unique("in");
		List<String> begun = new CopyOnWriteArrayList<>();
		QueueDefinition once = queue(unique("once"), in, (event, context) -> {
			begun.add(event.id());
			throw new IllegalStateException("fails");
		}).delivery(Delivery.AT_MOST_ONCE).build();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(6, 3));
			app.start(once);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).hasSize(6));
			assertThat(begun).hasSize(6).doesNotHaveDuplicates();
			BackendCases.eventually().until(() -> app.lag(once) == 0);
		}
	}

	@Test
	@Asserts(Guarantee.QUEUE_ATOMIC)
	default void anAtomicQueueIsRefusedByName() {
		String queue = unique("atomic");
		try (Application app = new Application(fixture())) {
			assertThat(app.backend().capabilities().queues().available()).isTrue();
			assertThat(app.backend().capabilities().queues().atomic()).isFalse();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> app
					.start(queue(queue, "in", (event, context) -> QueueOutcome.acknowledge()).delivery(Delivery.ATOMIC)
						.build()))
				.withMessageContaining(queue)
				.withMessageContaining("ATOMIC")
				.withMessageContaining("AT_LEAST_ONCE");
		}
	}

	private static QueueDefinition.Builder queue(String name, String in, QueueHandler<Item> handler) {
		return QueueDefinition.named(name).on(in, Item.class, handler).visibilityTime(LONG_VISIBILITY);
	}

}
