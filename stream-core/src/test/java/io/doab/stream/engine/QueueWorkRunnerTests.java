package io.doab.stream.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.Position;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueHandler;
import io.doab.stream.QueueOutcome;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FailureAction;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.QueueFigures;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.Settlement;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One thread for all events of a queue: what one of them leaves behind meets the others.
 */
class QueueWorkRunnerTests {

	private final EventCodec codec = new EventCodec(new JsonPayloadCodec(), 10_000);

	private final Set<QueueRecord> lost = ConcurrentHashMap.newKeySet();

	private final List<Settled> settled = new CopyOnWriteArrayList<>();

	private final List<String> handled = new CopyOnWriteArrayList<>();

	private record Settled(QueueRecord delivery, Settlement settlement) {
	}

	/** Holds all but what is said to be lost, and confirms every settlement. */
	private final QueueMember member = new QueueMember() {

		@Override
		public List<QueueRecord> take(Duration timeout) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean holds(QueueRecord delivery) {
			return !QueueWorkRunnerTests.this.lost.contains(delivery);
		}

		@Override
		public CompletableFuture<Boolean> settle(QueueRecord delivery, Settlement settlement) {
			QueueWorkRunnerTests.this.settled.add(new Settled(delivery, settlement));
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public QueueFigures figures() {
			return new QueueFigures(0, 0, 0);
		}

		@Override
		public void close() {
		}

	};

	private QueueWorkRunner runner(QueueDefinition.Builder queue) {
		return new QueueWorkRunner(
				new QueueRuntime(queue.concurrency(1).deliveryLimit(3).build(), this.codec,
						new BackendPublisher.Partitions((stream) -> 3), EngineTime.system(Clock.systemUTC()),
						ProcessorMetrics.none()),
				this.member, (append) -> CompletableFuture.completedFuture(Position.ofOffset(0)), (cause) -> {
				}, new AtomicLong());
	}

	private static QueueDefinition.Builder queue(QueueHandler<String> handler) {
		return QueueDefinition.named("queue").on("in", String.class, handler);
	}

	private QueueRecord delivery(String text, int count) {
		return new QueueRecord(new StreamPartition("in", 0), new StreamRecord(Position.ofOffset(text.charAt(0)),
				this.codec.toWire(Event.of("test", "key", text)), null), count);
	}

	private static void until(Runnable assertion) {
		await().atMost(Duration.ofSeconds(10)).untilAsserted(assertion::run);
	}

	@Test
	void whatIsLostDuringAnOutageLetsTheOthersGoOn() {
		QueueRecord away = delivery("away", 1);
		QueueWorkRunner runner = runner(queue((event, context) -> {
			if (event.data().equals("away")) {
				this.lost.add(away);
				throw new IllegalStateException("the database is away");
			}
			this.handled.add(event.data());
			return QueueOutcome.acknowledge();
		}).onFailure((failure) -> new FailureAction.Await(Duration.ofMillis(50))));
		runner.accept(away);
		runner.accept(delivery("next", 1));
		until(() -> assertThat(this.handled).containsExactly("next"));
		runner.drain(Duration.ofSeconds(5));
	}

	@Test
	void aHandlerOrAFailureHandlerThatReturnsNothingIsAFailure() {
		QueueWorkRunner runner = runner(queue((event, context) -> {
			if (event.data().equals("null")) {
				return nothing();
			}
			this.handled.add(event.data());
			return QueueOutcome.acknowledge();
		}).onFailure((failure) -> nothing()));
		runner.accept(delivery("null", 1));
		runner.accept(delivery("next", 1));
		until(() -> assertThat(this.handled).containsExactly("next"));
		until(() -> assertThat(this.settled).anyMatch((each) -> each.settlement() instanceof Settlement.DeadLetter));
		runner.drain(Duration.ofSeconds(5));
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" })
	private static <T> T nothing() {
		return null;
	}

	@Test
	void aHandlerThatLeavesItsThreadInterruptedInterruptsNoOther() {
		QueueWorkRunner runner = runner(queue((event, context) -> {
			this.handled.add(event.data() + Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
			return QueueOutcome.acknowledge();
		}).delivery(Delivery.AT_MOST_ONCE));
		List.of("a", "b", "c").forEach((text) -> runner.accept(delivery(text, 1)));
		until(() -> assertThat(this.handled).containsExactly("afalse", "bfalse", "cfalse"));
		runner.drain(Duration.ofSeconds(5));
	}

	@Test
	void whatIsGivenBackAtTheLimitIsDeadLettered() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		QueueWorkRunner runner = runner(queue((event, context) -> {
			begun.countDown();
			end.await();
			return QueueOutcome.acknowledge();
		}));
		runner.accept(delivery("a", 1));
		begun.await();
		QueueRecord fresh = delivery("b", 1);
		QueueRecord last = delivery("c", 3);
		runner.accept(fresh);
		runner.accept(last);
		runner.stop();
		assertThat(this.settled).extracting(Settled::delivery).containsExactly(fresh, last);
		assertThat(this.settled.getFirst().settlement()).isInstanceOf(Settlement.Release.class);
		assertThat(this.settled.getLast().settlement()).isInstanceOf(Settlement.DeadLetter.class);
		end.countDown();
		runner.drain(Duration.ofSeconds(5));
	}

}
