package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FailureAction;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers, events and states that misbehave: none of them costs more than itself.
 */
public interface FailureCases extends BackendCases {

	RetryPolicy QUICK = new RetryPolicy(3, Duration.ofMillis(10), 1, Duration.ofMillis(10), 0);

	@Test
	default void aTimerThatAlwaysFailsIsDeadLetteredAndKeepsNoOtherWaiting() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("timers");
		CountDownLatch othersFired = new CountDownLatch(19);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(20, 20));
			app.start(ProcessorDefinition.named(group)
				.on(in, Item.class,
						(event, context) -> context.schedule("later",
								Instant.now().plusMillis(event.data().key().equals("key0") ? 100 : 1_500)))
				.onTimer("later", (timer, context) -> {
					if (timer.key().equals("key0")) {
						// It fails until all that come due after it have fired.
						throw new IllegalStateException("never, " + othersFired.await(0, TimeUnit.SECONDS));
					}
					context.emit(out, "fired", new Item(timer.key(), 0));
					othersFired.countDown();
				})
				.output(out)
				.onFailure((failure) -> Objects.requireNonNull(failure.exception().getMessage()).endsWith("true")
						? new FailureAction.DeadLetter() : new FailureAction.Retry(Duration.ofMillis(20)))
				.build());
			assertEachOnceInOrder(out, 19, 19);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).singleElement()
					.satisfies((record) -> {
						assertThat(record.event().key()).isEqualTo("key0");
						assertThat(record.event().attributes()).containsEntry("dltimer", "later")
							.containsEntry("dlgroup", group)
							.containsEntry("dlexception", "java.lang.IllegalStateException");
					}));
		}
		// The timer went with its dead letter.
		try (Application again = new Application(fixture())) {
			again.start(ProcessorDefinition.named(group)
				.on(in, Item.class, (event, context) -> context.emit(out, "copied", event.data()))
				.onTimer("later", (timer, context) -> context.emit(out, "fired again", new Item(timer.key(), 1)))
				.output(out)
				.build());
			again.publish(in, List.of(Item.event("key0", 1)));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(items(out)).contains(new Item("key0", 1)).hasSize(20));
		}
	}

	@Test
	default void aFailureHandlerThatFailsItselfStopsNothingForGood() {
		String in = unique("in");
		String out = unique("out");
		AtomicInteger decisions = new AtomicInteger();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(10, 5));
			app.start(ProcessorDefinition.named(unique("doubt")).on(in, Item.class, (event, context) -> {
				if (event.data().key().equals("key0") && context.attempt() < 3) {
					throw new IllegalStateException("attempt " + context.attempt());
				}
				context.emit(out, "copied", event.data());
			}).output(out).onFailure((failure) -> {
				if (decisions.incrementAndGet() == 1) {
					throw new IllegalArgumentException("cannot decide");
				}
				return new FailureAction.Retry(Duration.ofMillis(10));
			}).build());
			assertEachOnceInOrder(out, 10, 5);
		}
	}

	@Test
	default void aProcessorThatIsToldToStopSaysWhyAndLeavesTheEventUnacknowledged() {
		String in = unique("in");
		String group = unique("stop");
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key0", 0)));
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				throw new IllegalStateException("no way");
			}).onFailure((failure) -> new FailureAction.Stop()).build());
			BackendCases.eventually().until(() -> app.status(group).partitions().isEmpty());
			BackendCases.eventually().untilAsserted(() -> {
				assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.FAILED);
				assertThat(app.status(group).reason()).contains("no way");
			});
			assertThat(read(StreamDefinition.deadLetterOf(in))).isEmpty();
		}
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.start(ProcessingCases.copy(group, in, out).build());
			assertEachOnceInOrder(out, 1, 1);
		}
	}

	@Test
	default void aStateThatIsTooLargeCostsItsEventAndNoMore() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			int limit = app.backend().capabilities().maxEventBytes();
			app.publish(in, Item.events(30, 3));
			app.start(ProcessorDefinition.named(unique("grow")).on(in, Item.class, (event, context) -> {
				if (event.data().key().equals("key0") && event.data().number() == 4) {
					context.state("text", String.class).put("x".repeat(limit));
				}
				context.emit(out, "copied", event.data());
			}).state("text", String.class).output(out).onFailure(FailureHandler.retrying(QUICK)).build());
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(29));
			assertThat(read(StreamDefinition.deadLetterOf(in))).singleElement()
				.satisfies((record) -> assertThat(record.event().attributes().get("dlmessage")).contains("State 'text'")
					.contains("the limit is " + limit));
		}
	}

	@Test
	default void aForeignEventThatIsLargerThanADeadLetterMayBeIsDeadLetteredWithoutItsPayload() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.declare(in);
			// As large as the stream itself takes, which is more than applications may
			// publish.
			byte[] data = new byte[app.backend().capabilities().maxEventBytes() + 60 * 1024];
			fixture().appendForeign(in, 0, "key0".getBytes(java.nio.charset.StandardCharsets.UTF_8), data);
			app.start(ProcessingCases.copy(unique("copy"), in, out).build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).hasSize(1));
			StreamRecord dead = read(StreamDefinition.deadLetterOf(in)).getFirst();
			assertThat(dead.event().data()).isEmpty();
			assertThat(dead.event().attributes()).containsKeys("dlomitted", "dlposition");
			app.publish(in, Item.events(30, 3));
			assertEachOnceInOrder(out, 30, 3);
		}
	}

	@Test
	@Asserts(Guarantee.DEAD_LETTER)
	default void aDeadLetterThatCannotBeStoredLeavesItsEventUnacknowledged() {
		String in = unique("in");
		String dead = StreamDefinition.deadLetterOf(in);
		String group = unique("refused");
		AtomicInteger attempts = new AtomicInteger();
		try (Application app = new Application(fixture(), Network.ONE, 1)) {
			app.declare(in, dead);
			fixture().refuseAppends(dead, 1);
			app.publish(in, List.of(Item.event("key0", 0)));
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				attempts.incrementAndGet();
				throw new IllegalStateException("never");
			}).onFailure((failure) -> new FailureAction.DeadLetter()).build());
			// Once more than the first: the commit with the dead letter was refused.
			BackendCases.eventually().until(() -> attempts.get() >= 2);
			assertThat(fixture().lag(group, in, 0)).isEqualTo(1);

			fixture().acceptAppends(dead, 1);
			BackendCases.eventually().until(() -> fixture().lag(group, in, 0) == 0);
			assertThat(BackendCases.ids(fixture().read(dead, 0))).containsExactly("key0-0");
		}
	}

	@Test
	default void anOutputThatIsRefusedCostsItsOwnEventWithDeliveryAtLeastOnce() {
		String in = unique("in");
		String out = unique("out");
		String refused = unique("refused");
		String group = unique("plain");
		AtomicInteger attempts = new AtomicInteger();
		try (Application app = new Application(fixture(), Network.ONE, 1)) {
			app.declare(in, out, refused);
			fixture().refuseAppends(refused, 1);
			app.publish(in, Item.events(30, 3));
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				boolean toRefused = event.data().key().equals("key0");
				attempts.addAndGet(toRefused ? 1 : 0);
				context.emit(toRefused ? refused : out, "copied", event.data());
			})
				.output(out)
				.output(refused)
				.delivery(Delivery.AT_LEAST_ONCE)
				.onFailure((failure) -> new FailureAction.Retry(Duration.ofMillis(50)))
				.build());
			BackendCases.eventually().until(() -> fixture().read(out, 0).size() == 20 && attempts.get() >= 3);
			assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.RUNNING);

			fixture().acceptAppends(refused, 1);
			BackendCases.eventually().until(() -> fixture().read(refused, 0).size() == 10);
			BackendCases.eventually().until(() -> fixture().lag(group, in, 0) == 0);
			assertThat(fixture().read(out, 0)).hasSize(20);
		}
	}

	@Test
	default void largeEventsAreBoundedByTheirBytesAndAllProcessed() {
		String in = unique("in");
		String group = unique("large");
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger handled = new AtomicInteger();
		byte[] data = new byte[900 * 1024];
		try (Application app = new Application(fixture())) {
			for (int i = 0; i < 80; i++) {
				// All of one partition.
				app.publisher().publish(in, Event.of("blob", "same", data)).join();
			}
			app.start(ProcessorDefinition.named(group).on(in, byte[].class, (event, context) -> {
				assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
				handled.incrementAndGet();
			}).build());
			BackendCases.eventually().until(() -> app.status(group).inFlightEvents() >= 32 * 1024 / 900);
			// It stays there: what is bounded does not grow while nothing is handled.
			BackendCases.eventually()
				.during(Duration.ofSeconds(1))
				.until(() -> app.status(group).inFlightEvents() < 32 * 1024 / 900 + 25);
			gate.countDown();
			BackendCases.eventually().until(() -> handled.get() == 80);
			BackendCases.eventually().until(() -> app.status(group).inFlightEvents() == 0);
		}
	}

	@Test
	default void aGroupThatBeginsAtTheEndMissesNothingOfWhatComesAfterItBegan() {
		String in = unique("in");
		String out = unique("out");
		ProcessorDefinition definition = ProcessingCases.copy(unique("latest"), in, out)
			.startAt(StartAt.LATEST)
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, IntStream.range(0, 30).mapToObj((i) -> Item.event("before" + i, 0)).toList());
			app.start(definition);
			BackendCases.eventually().until(() -> app.status(definition.name()).partitions().size() == 3);
		}
		// Nothing was processed yet, so nothing but the beginning can be stored.
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(30, 30));
			app.start(definition);
			assertEachOnceInOrder(out, 30, 30);
		}
	}

}
