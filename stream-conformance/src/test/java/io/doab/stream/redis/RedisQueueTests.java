package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.Item;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.Delivery;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueHandler;
import io.doab.stream.QueueOutcome;
import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only Redis can do to a queue.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisQueueTests implements BackendCases {

	private RedisFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Test
	void aGroupThatWasRemovedIsMadeAgainWhereItWasAndOneOfAnEmptiedServerAtTheBeginning() {
		String in = unique("in");
		List<String> handled = new CopyOnWriteArrayList<>();
		QueueDefinition queue = queue(unique("removed"), in, (event, context) -> {
			handled.add(event.id());
			return QueueOutcome.acknowledge();
		}).build();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(20, 10));
			app.start(queue);
			BackendCases.eventually().until(() -> handled.size() == 20 && app.lag(queue) == 0 && isNoted(queue, in));
			for (int partition = 0; partition < 3; partition++) {
				this.fixture.commands().xgroupDestroy(RedisFixture.key(in, partition), "queue:" + queue.name());
			}
			app.publish(in, Item.events(40, 10).subList(20, 40));
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).hasSize(40).doesNotHaveDuplicates());
			this.fixture.commands().flushall();
			app.publish(in, Item.events(60, 10).subList(40, 60));
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).hasSize(60).doesNotHaveDuplicates());
		}
	}

	/** Whether it is written down how far the queue is. */
	private boolean isNoted(QueueDefinition queue, String in) {
		return IntStream.range(0, 3).allMatch((partition) -> {
			byte[] floor = this.fixture.commands()
				.get("doab:queue:" + queue.name() + ":{P" + partition + "}:" + in + ":floor");
			var last = this.fixture.commands()
				.xrevrange(RedisFixture.key(in, partition), Range.unbounded(), Limit.from(1));
			return floor != null
					&& (last.isEmpty() || last.getFirst().getId().equals(new String(floor, StandardCharsets.US_ASCII)));
		});
	}

	@Test
	void retentionKeepsWhatIsPending() {
		String in = unique("in");
		CountDownLatch end = new CountDownLatch(1);
		List<String> handled = new CopyOnWriteArrayList<>();
		QueueDefinition queue = queue(unique("retained"), in, (event, context) -> {
			if (event.data().number() == 250) {
				end.await();
			}
			handled.add(event.data().key());
			return QueueOutcome.acknowledge();
		}).build();
		try (Application app = new Application(
				this.fixture.newBackend(RedisSettings.defaults().withTrimInterval(Duration.ofMillis(100))), 3)) {
			app.declare(in);
			app.start(queue);
			String key = RedisFixture.key(in, 0);
			BackendCases.eventually().until(() -> hasGroup(key));
			for (int i = 1; i <= 400; i++) {
				// Older than any retention.
				this.fixture.commands()
					.xadd(key, new XAddArgs().id(i + "-0"), Map.of("data",
							("{\"key\":\"" + i + "\",\"number\":" + i + "}").getBytes(StandardCharsets.UTF_8)));
			}
			BackendCases.eventually().until(() -> handled.size() == 399);
			BackendCases.eventually().until(() -> this.fixture.commands().xlen(key) <= 200);
			BackendCases.pass(Duration.ofMillis(300));
			assertThat(this.fixture.commands().xrange(key, Range.create("250-0", "250-0"))).hasSize(1);
			end.countDown();
			BackendCases.eventually().until(() -> handled.size() == 400 && this.fixture.commands().xlen(key) <= 100);
		}
		finally {
			end.countDown();
		}
	}

	private boolean hasGroup(String key) {
		return this.fixture.commands().exists(key) == 1 && !this.fixture.commands().xinfoGroups(key).isEmpty();
	}

	@Test
	void acknowledgedEventsAreRemovedOnRequestWhenNoOtherGroupReadsThem() {
		String in = unique("in");
		QueueDefinition removing = queue(unique("removing"), in, (event, context) -> QueueOutcome.acknowledge())
			.removeAcknowledged()
			.build();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(10, 5));
			app.start(removing);
			BackendCases.eventually().until(() -> read(in).isEmpty());
			app.start(ProcessorDefinition.named(unique("other")).on(in, Item.class, (event, context) -> {
			}).build());
			BackendCases.eventually()
				.until(() -> IntStream.range(0, 3)
					.allMatch((partition) -> this.fixture.commands()
						.xinfoGroups(RedisFixture.key(in, partition))
						.size() == 2));
			app.publish(in, Item.events(20, 5).subList(10, 20));
			BackendCases.eventually().until(() -> app.lag(removing) == 0);
			assertThat(read(in)).hasSize(10);
		}
	}

	@Test
	@SuppressWarnings("unchecked") // an array of generics
	void aConsumerThatLeavesIsRemovedAndOneThatHasEventsPendingIsNot() {
		String in = unique("in");
		QueueDefinition queue = queue(unique("leaving"), in, (event, context) -> QueueOutcome.acknowledge())
			.visibilityTime(Duration.ofSeconds(30))
			.build();
		String group = "queue:" + queue.name();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(30, 30));
			app.start(queue);
			BackendCases.eventually().until(() -> app.lag(queue) == 0);
			assertThat(consumers(in, group)).hasSize(3);
		}
		assertThat(consumers(in, group)).isEmpty();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(30, 30));
			for (int partition = 0; partition < 3; partition++) {
				this.fixture.commands()
					.xreadgroup(Consumer.from(group, "dead"), XReadArgs.Builder.count(1),
							XReadArgs.StreamOffset.lastConsumed(RedisFixture.key(in, partition)));
			}
			app.start(queue);
			BackendCases.eventually().until(() -> app.lag(queue) == 3);
		}
		assertThat(consumers(in, group)).hasSize(3).containsOnly("dead");
	}

	@Test
	void whatAnotherHasAcknowledgedIsNotHandledWhenItIsDeliveredAtMostOnce() {
		String in = unique("in");
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		List<Integer> handled = new CopyOnWriteArrayList<>();
		QueueDefinition queue = queue(unique("once"), in, (event, context) -> {
			handled.add(event.data().number());
			begun.countDown();
			end.await();
			return QueueOutcome.acknowledge();
		}).delivery(Delivery.AT_MOST_ONCE).concurrency(1).visibilityTime(Duration.ofSeconds(30)).build();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, IntStream.range(0, 3).mapToObj((number) -> Item.event("key", number)).toList());
			app.start(queue);
			BackendCases.eventually()
				.until(() -> begun.getCount() == 0 && app.queueStatus(queue.name()).inFlightEvents() == 2);
			String key = RedisFixture.key(in, Partitioner.partition("key", 3));
			String second = this.fixture.commands().xrange(key, Range.unbounded()).get(1).getId();
			assertThat(this.fixture.commands().xack(key, "queue:" + queue.name(), second)).isEqualTo(1);
			end.countDown();
			BackendCases.eventually()
				.until(() -> app.lag(queue) == 0 && app.queueStatus(queue.name()).inFlightEvents() == 0);
			assertThat(handled).containsExactly(0, 2);
		}
		finally {
			end.countDown();
		}
	}

	private List<String> consumers(String in, String group) {
		List<String> names = new ArrayList<>();
		for (int partition = 0; partition < 3; partition++) {
			String key = RedisFixture.key(in, partition);
			if (!this.fixture.commands().xinfoGroups(key).isEmpty()) {
				this.fixture.commands()
					.xinfoConsumers(key, group)
					.forEach((consumer) -> names
						.add(new String((byte[]) ((List<?>) consumer).get(1), StandardCharsets.UTF_8)));
			}
		}
		return names;
	}

	private static QueueDefinition.Builder queue(String name, String in, QueueHandler<Item> handler) {
		return QueueDefinition.named(name).on(in, Item.class, handler).visibilityTime(Duration.ofSeconds(2));
	}

}
