package io.doab.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Orders that wait for their payment, in any sequence.
 */
class StreamJoinTests {

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	private static final String SHIPMENTS = "shipments";

	private ProcessorTestDriver driver = driver(joined((join) -> join));

	record Order(int number) {
	}

	record Payment(int cents) {
	}

	@AfterEach
	void closeDriver() {
		this.driver.close();
	}

	@Test
	void aPairIsJoinedInEitherOrderUnderTheSameId() {
		order("o-1", 1);
		assertThat(told()).isEmpty();
		pay(500);
		assertThat(told()).containsExactly("shipped 1 for 500");
		String id = this.driver.outputs(SHIPMENTS).getFirst().id();
		use(joined((join) -> join));
		pay(500);
		assertThat(told()).isEmpty();
		order("o-1", 1);
		assertThat(told()).containsExactly("shipped 1 for 500");
		assertThat(this.driver.outputs(SHIPMENTS).getFirst().id()).isEqualTo(id);
		assertThat(this.driver.timers()).extracting(Timer::name).doesNotContain(StreamJoin.timeoutTimer("paid"));
	}

	@Test
	void whatIsEmittedFollowsFromTheLeftEvent() {
		this.driver.publish("orders",
				Event.of("order", "key", new Order(1)).withId("o-1").withHeader("traceparent", "00-left"));
		this.driver.publish("payments",
				Event.of("payment", "key", new Payment(5)).withId("p-1").withHeader("traceparent", "00-right"));
		assertThat(this.driver.outputs(SHIPMENTS)).singleElement().satisfies((shipment) -> {
			assertThat(shipment.headers()).containsEntry("traceparent", "00-left");
			assertThat(shipment.key()).isEqualTo("key");
			assertThat(shipment.id()).isEqualTo(EventIds.derive("o-1", SHIPMENTS, "shipped", "0"));
		});
	}

	@Test
	void oneRightIsJoinedToAllThatWaitAndAllThatComeInTheirOrder() {
		order("o-1", 1);
		order("o-2", 2);
		pay(500);
		order("o-3", 3);
		assertThat(told()).containsExactly("shipped 1 for 500", "shipped 2 for 500", "shipped 3 for 500");
	}

	@Test
	void whatIsJoinedSeesTheRightOfItsMomentAndNoLaterOne() {
		order("o-1", 1);
		pay(500);
		pay(700);
		order("o-2", 2);
		assertThat(told()).containsExactly("shipped 1 for 500", "shipped 2 for 700");
	}

	@Test
	void oneToOneUsesARightUp() {
		use(joined(StreamJoin::oneToOne));
		order("o-1", 1);
		order("o-2", 2);
		pay(500);
		assertThat(told()).containsExactly("shipped 1 for 500");
		pay(700);
		order("o-3", 3);
		assertThat(told()).containsExactly("shipped 2 for 700");
		this.driver.advance(PATIENCE);
		assertThat(told()).containsExactly("unpaid 3");
	}

	@Test
	void eachLeftIsGivenUpAtItsOwnTimeAndTheRightThatComesLaterIsForLaterOnes() {
		order("o-1", 1);
		this.driver.advance(PATIENCE.minusMinutes(5));
		order("o-2", 2);
		this.driver.advance(Duration.ofMinutes(5).minusMillis(1));
		assertThat(told()).isEmpty();
		this.driver.advance(Duration.ofMillis(1));
		assertThat(told()).containsExactly("unpaid 1");
		this.driver.advance(PATIENCE);
		assertThat(told()).containsExactly("unpaid 2");
		assertThat(this.driver.timers()).isEmpty();
		pay(500);
		assertThat(told()).isEmpty();
		order("o-3", 3);
		assertThat(told()).containsExactly("shipped 3 for 500");
	}

	@Test
	void aCopyThatComesWhileItsFirstWaitsIsDroppedAndARightThatComesTwiceJoinsOnce() {
		order("o-1", 1);
		order("o-1", 1);
		payAs("p-1", 500);
		payAs("p-1", 500);
		assertThat(told()).containsExactly("shipped 1 for 500");
	}

	@Test
	void aCopyThatComesLaterGivesTheSameIdsAndNothingWithDeduplication() {
		pay(500);
		order("o-1", 1);
		order("o-1", 1);
		assertThat(this.driver.outputs(SHIPMENTS)).extracting(Event::id)
			.hasSize(2)
			.containsOnly(EventIds.derive("o-1", SHIPMENTS, "shipped", "0"));
		use(definition(shipped(join())).deduplicate(Duration.ofHours(1)).build());
		Event<Order> repeatable = Event.of("order", "key", new Order(1))
			.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		this.driver.publish("orders", List.of(repeatable, repeatable));
		pay(500);
		this.driver.publish("orders", repeatable);
		assertThat(told()).containsExactly("shipped 1 for 500");
	}

	@Test
	void anotherEventUnderTheIdOfOneThatWaitsIsRefused() {
		order("o-1", 1);
		order("o-1", 2);
		assertThat(this.driver.deadLetters("orders")).singleElement()
			.satisfies((letter) -> assertThat(letter.headers().get("dlmessage")).contains("Another event waits"));
		pay(500);
		assertThat(told()).containsExactly("shipped 1 for 500");
	}

	@Test
	void whatWaitsSurvivesATakeOverAndLostCommits() {
		this.driver.loseNextCommit();
		order("o-1", 1);
		order("o-2", 2);
		this.driver.advance(Duration.ofMinutes(10));
		this.driver.restart();
		this.driver.loseNextCommit();
		pay(500);
		assertThat(told()).containsExactly("shipped 1 for 500", "shipped 2 for 500");
		use(joined((join) -> join));
		order("o-1", 1);
		this.driver.restart();
		this.driver.loseNextCommit();
		this.driver.advance(PATIENCE);
		assertThat(told()).containsExactly("unpaid 1");
	}

	@Test
	void afterALongStopARightThatIsInTheStreamWinsAgainstTheTimeOut() {
		order("o-1", 1);
		this.driver.stop();
		this.driver.advance(PATIENCE.minusMinutes(1));
		pay(500);
		this.driver.advance(Duration.ofHours(2));
		this.driver.start();
		assertThat(told()).containsExactly("shipped 1 for 500");
	}

	@Test
	void aRightIsForgotten() {
		use(joined((join) -> join.rightKept(Duration.ofHours(1))));
		pay(500);
		this.driver.advance(Duration.ofHours(1));
		order("o-1", 1);
		this.driver.advance(PATIENCE);
		assertThat(told()).containsExactly("unpaid 1");
	}

	@Test
	void whatFindsNoRoomGoesToTheDeadLettersOrWhereTheJoinSays() {
		use(joined((join) -> join.waitingAtMost(2, 10_000)));
		IntStream.range(0, 3).forEach((i) -> order("o-" + i, i));
		assertThat(this.driver.deadLetters("orders")).singleElement().satisfies((letter) -> {
			assertThat(letter.id()).isEqualTo("o-2");
			assertThat(letter.headers().get("dlmessage")).contains("waitingAtMost(...)");
		});
		use(joined((join) -> join.waitingAtMost(100, 1)
			.whenFull((order, context) -> context.emit(SHIPMENTS, "refused", "refused " + order.data().number()))));
		IntStream.range(0, 3).forEach((i) -> order("o-" + i, i));
		assertThat(told()).containsExactly("refused 1", "refused 2");
		pay(500);
		assertThat(told()).containsExactly("shipped 0 for 500");
	}

	@Test
	void aLeftThatFailsForGoodCostsItselfAndNeitherTheRightNorTheOthers() {
		use(definition(join().joined((order, payment, context) -> {
			context.emit(SHIPMENTS, "shipped", "shipped " + order.data().number() + " for " + payment.cents());
			if (order.data().number() == 2) {
				throw new InvalidEventException("no such goods");
			}
			if (order.data().number() == 3) {
				throw new IllegalStateException("never");
			}
		})).onFailure(FailureHandler.retrying(new RetryPolicy(3, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 0)))
			.build());
		IntStream.range(1, 5).forEach((i) -> order("o-" + i, i));
		pay(500);
		this.driver.advance(Duration.ofMinutes(1));
		assertThat(told()).containsExactly("shipped 1 for 500", "shipped 4 for 500");
		assertThat(this.driver.deadLetters("payments")).isEmpty();
		assertThat(this.driver.deadLetters("orders"))
			.extracting(Event::id, (letter) -> letter.headers().get("dlattempts"),
					(letter) -> letter.headers().get("dlstream"), (letter) -> letter.headers().get("dlmessage"),
					(letter) -> new String(letter.data(), StandardCharsets.UTF_8))
			.containsExactly(tuple("o-2", "1", "orders", "no such goods", "{\"number\":2}"),
					tuple("o-3", "3", "orders", "never", "{\"number\":3}"));
		assertThat(this.driver.timers()).extracting(Timer::name).doesNotContain(StreamJoin.timeoutTimer("paid"));
		order("o-5", 5);
		assertThat(told()).containsExactly("shipped 5 for 500");
	}

	@Test
	void aTimeOutThatFailsForGoodCostsItsEventAlone() {
		use(definition(join().joined((order, payment, context) -> {
		}).timedOut((order, context) -> {
			if (order.data().number() == 1) {
				throw new InvalidEventException("no");
			}
			context.emit(SHIPMENTS, "unpaid", "unpaid " + order.data().number());
		})).build());
		order("o-1", 1);
		order("o-2", 2);
		this.driver.advance(PATIENCE);
		assertThat(told()).containsExactly("unpaid 2");
		assertThat(this.driver.deadLetters("orders")).extracting(Event::id).containsExactly("o-1");
	}

	@Test
	void aMatchMayLetAnEventWaitOnAndIsAskedAgainAfterEachRightAndEachTimeOut() {
		use(definition(StreamJoin.named("paid")
			.left("orders", Order.class)
			.right("payments", Payment.class, Integer.class,
					(before, event, context) -> before.orElse(0) + event.data().cents())
			.within(PATIENCE)
			.matched((order, right, context) -> {
				int paid = right.get().orElse(0);
				if (paid < order.data().number()) {
					return false;
				}
				right.put(paid - order.data().number());
				context.emit(SHIPMENTS, "shipped", "shipped " + order.data().number());
				return true;
			})
			.timedOut((order, context) -> {
				context.state(StreamJoin.rightState("paid"), Integer.class).put(200);
				context.emit(SHIPMENTS, "unpaid", "unpaid " + order.data().number());
			})).build());
		order("o-1", 500);
		pay(300);
		assertThat(told()).isEmpty();
		this.driver.advance(Duration.ofMinutes(10));
		order("o-2", 400);
		order("o-3", 150);
		order("o-4", 200);
		assertThat(told()).containsExactly("shipped 150");
		pay(280);
		assertThat(told()).containsExactly("shipped 400");
		this.driver.advance(Duration.ofMinutes(5));
		assertThat(told()).containsExactly("unpaid 500", "shipped 200");
	}

	@Test
	void anEventNeedsAKey() {
		this.driver.publish("orders", Event.of("order", null, new Order(1)));
		this.driver.publish("payments", Event.of("payment", null, new Payment(1)));
		assertThat(this.driver.deadLetters("orders")).hasSize(1);
		assertThat(this.driver.deadLetters("payments")).singleElement()
			.satisfies((letter) -> assertThat(letter.headers()).containsEntry("dlattempts", "1"));
	}

	@Test
	void mistakesAreNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> definition(join()))
			.withMessageContaining("Join 'paid' needs within");
		assertThatIllegalArgumentException().isThrownBy(() -> join().within(Duration.ZERO))
			.withMessageContaining("longer than nothing");
		assertThatIllegalArgumentException().isThrownBy(() -> join().waitingAtMost(0, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> definition(StreamJoin.named("self")
			.left("orders", Order.class)
			.right("orders", Order.class)
			.within(PATIENCE)
			.joined((one, other, context) -> {
			})
			.timedOut((one, context) -> {
			}))).withMessageContaining("has input 'orders' twice");
	}

	private static StreamJoin<Order, Payment> join() {
		return StreamJoin.named("paid")
			.left("orders", Order.class)
			.right("payments", Payment.class)
			.within(PATIENCE)
			.timedOut((order, context) -> context.emit(SHIPMENTS, "unpaid", "unpaid " + order.data().number()));
	}

	private static StreamJoin<Order, Payment> shipped(StreamJoin<Order, Payment> join) {
		return join.joined((order, payment, context) -> context.emit(SHIPMENTS, "shipped",
				"shipped " + order.data().number() + " for " + payment.cents()));
	}

	private static ProcessorDefinition joined(UnaryOperator<StreamJoin<Order, Payment>> with) {
		return definition(with.apply(shipped(join()))).build();
	}

	private static ProcessorDefinition.Builder definition(StreamJoin<?, ?> join) {
		return ProcessorDefinition.named("shipping").join(join).output(SHIPMENTS);
	}

	private static ProcessorTestDriver driver(ProcessorDefinition definition) {
		return ProcessorTestDriver.of(definition).at(NOON).build();
	}

	private void use(ProcessorDefinition definition) {
		this.driver.close();
		this.driver = driver(definition);
	}

	private void order(String id, int number) {
		this.driver.publish("orders", Event.of("order", "key", new Order(number)).withId(id));
	}

	private void pay(int cents) {
		this.driver.publish("payments", "payment", "key", new Payment(cents));
	}

	private void payAs(String id, int cents) {
		this.driver.publish("payments", Event.of("payment", "key", new Payment(cents)).withId(id));
	}

	/** What was emitted since this was asked before. */
	private List<String> told() {
		return this.driver.newOutputs(SHIPMENTS, String.class).stream().map(Event::data).toList();
	}

}
