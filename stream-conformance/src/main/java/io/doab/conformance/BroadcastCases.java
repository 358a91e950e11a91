package io.doab.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.BroadcastDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPoint;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every instance sees.
 */
public interface BroadcastCases extends BackendCases {

	/** Also the one that comes late, if it begins at the beginning. */
	@Test
	@Asserts(Guarantee.BROADCAST)
	default void everyInstanceSeesEveryEventInTheOrderOfItsKey() {
		String in = unique("in");
		String name = unique("broadcast");
		List<Item> ofOne = new CopyOnWriteArrayList<>();
		List<Item> ofOther = new CopyOnWriteArrayList<>();
		List<Item> ofLate = new CopyOnWriteArrayList<>();
		try (Application one = new Application(fixture());
				Application other = new Application(fixture());
				Application late = new Application(fixture())) {
			one.broadcast(gathering(name, in, StreamPoint.now(), ofOne));
			other.broadcast(gathering(name, in, StreamPoint.now(), ofOther));
			BackendCases.eventually()
				.until(() -> one.broadcastStatus(name).state() == ProcessorStatus.State.RUNNING
						&& other.broadcastStatus(name).state() == ProcessorStatus.State.RUNNING);
			one.publish(in, Item.events(300, 10));
			late.broadcast(gathering(name, in, StreamPoint.beginning(), ofLate));
			for (List<Item> seen : List.of(ofOne, ofOther, ofLate)) {
				BackendCases.eventually().until(() -> seen.size() >= 300);
				assertThat(seen).hasSize(300);
				assertThat(seen.stream()
					.collect(Collectors.groupingBy(Item::key, Collectors.mapping(Item::number, Collectors.toList()))))
					.hasSize(10)
					.allSatisfy(
							(key, numbers) -> assertThat(numbers).isEqualTo(IntStream.range(0, 30).boxed().toList()));
			}
			assertThat(one.broadcastStatus(name).handledEvents()).isEqualTo(300);
		}
	}

	@Test
	default void aHandlerThatFailsIsCalledAgainAndThenItsEventIsLeftOut() {
		String in = unique("in");
		String name = unique("broadcast");
		List<Item> seen = new CopyOnWriteArrayList<>();
		AtomicInteger calls = new AtomicInteger();
		try (Application app = new Application(fixture()); LogCapture log = LogCapture.of("io.doab.stream", name)) {
			app.publish(in, Item.events(6, 1));
			fixture().appendForeign(in, 0, new byte[0], "no item".getBytes(StandardCharsets.UTF_8));
			app.broadcast(BroadcastDefinition.named(name).on(in, Item.class, (stored) -> {
				if (stored.event().data().number() == 2 || (stored.event().data().number() == 4 && calls.get() < 5)) {
					if (calls.incrementAndGet() == 1) {
						throw new StackOverflowError("nor an error");
					}
					throw new IllegalStateException("not this one");
				}
				seen.add(stored.event().data());
			})
				.from(StreamPoint.beginning())
				.retry(new RetryPolicy(3, Duration.ofMillis(1), 1, Duration.ofMillis(1), 0))
				.build());
			BackendCases.eventually().until(() -> app.broadcastStatus(name).handledEvents() == 5);
			BackendCases.eventually().until(() -> app.broadcastStatus(name).skippedEvents() == 2);
			assertThat(seen).extracting(Item::number).containsExactly(0, 1, 3, 4, 5);
			assertThat(calls).as("three for one that always fails, two before one that does not").hasValue(5);
			assertThat(log.warnings()).hasSize(2)
				.anyMatch((warning) -> warning.contains("after 3 attempts"))
				.anyMatch((warning) -> warning.contains("after 0 attempts"));
			assertThat(app.backend().reader().partitions(in + ".dead-letter")).as("partitions of dead letters")
				.isEmpty();
		}
	}

	@Test
	default void aBroadcastWhoseConnectionIsLostGoesOnWhereItWasAndSaysThatItIsAway() {
		String in = unique("in");
		String name = unique("broadcast");
		Faults faults = fixture().faults(Network.OTHER);
		AtomicBoolean enough = new AtomicBoolean();
		List<String> seen = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture());
				Application reading = new Application(fixture(), Network.OTHER)) {
			app.declare(in);
			reading.broadcast(BroadcastDefinition.named(name)
				.on(in, Item.class, (StoredEvent<Item> stored) -> seen.add(stored.event().id()))
				.build());
			BackendCases.eventually()
				.until(() -> reading.broadcastStatus(name).state() == ProcessorStatus.State.RUNNING);
			CompletableFuture<Integer> published = app.publishUntil(enough::get, in, 4);
			faults.cut();
			BackendCases.pass(Duration.ofMillis(200));
			faults.refuse();
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(reading.broadcastStatus(name)).satisfies((status) -> {
					assertThat(status.state()).isEqualTo(ProcessorStatus.State.RECOVERING);
					assertThat(status.reason()).isNotEmpty();
				}));
			faults.restore();
			enough.set(true);
			int count = published.join();
			BackendCases.eventually().until(() -> seen.size() >= count);
			assertThat(seen).hasSize(count).doesNotHaveDuplicates();
			BackendCases.eventually()
				.until(() -> reading.broadcastStatus(name).state() == ProcessorStatus.State.RUNNING);
		}
		finally {
			faults.restore();
		}
	}

	private static BroadcastDefinition gathering(String name, String in, StreamPoint from, List<Item> seen) {
		return BroadcastDefinition.named(name)
			.on(in, Item.class, (stored) -> seen.add(stored.event().data()))
			.from(from)
			.build();
	}

}
