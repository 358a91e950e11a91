package io.doab.stream.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.Settlement;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Share groups whose client does what no application sees.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaQueueTests {

	private static final int EVENTS = 8;

	private static final int BATCH = 2;

	private static final Duration VISIBILITY = Duration.ofSeconds(2);

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Test
	void whatTheClientKeptWhileAHandlerWasSlowIsHandledByAnotherConsumerAlone() throws Exception {
		Map<String, Object> config = Map.of("bootstrap.servers", this.fixture.bootstrapServers());
		KafkaClients clients = new KafkaClients(config, config, config, this.fixture.settings());
		StreamDefinition in = StreamDefinition.of("in").withPartitions(1);
		QueueSpec queue = new QueueSpec("kept", List.of(in), VISIBILITY, 5, 100, StartAt.EARLIEST, false);
		try (Application app = new Application(this.fixture, Network.ONE, 1)) {
			app.publish(in.name(), IntStream.range(0, EVENTS).mapToObj((i) -> Item.event("key" + i, i)).toList());
			ShareGroups groups = new ShareGroups(this.fixture.admin(), this.fixture.settings());
			groups.configure(queue);
			KafkaQueueMember member = new KafkaQueueMember(queue, clients, groups,
					(letter) -> CompletableFuture.failedFuture(new IllegalStateException("no letters")));
			KeepingClient client = new KeepingClient(clients.shareConsumer(queue.queue(), BATCH),
					clients.shareConsumer(queue.queue(), BATCH));
			ShareFetcher fetcher = new ShareFetcher(member, client.consumer(), BATCH, VISIBILITY, "keeping");
			try {
				fetcher.start(List.of(in.name()));
				client.keeps.await();
				List<QueueRecord> taken = new ArrayList<>();
				BackendCases.pass(VISIBILITY);
				BackendCases.eventually().until(() -> {
					member.take(Duration.ofMillis(100)).forEach(taken::add);
					taken.stream().filter((record) -> !fetcher.holds(record)).forEach((quick) -> settle(member, quick));
					return taken.stream().map(KafkaQueueTests::offset).toList().containsAll(client.kept());
				});
				client.givesOut = true;
				BackendCases.eventually().until(() -> {
					taken.forEach((record) -> settle(member, record));
					member.take(Duration.ofMillis(100)).forEach(taken::add);
					return client.answered.get() == client.kept().size();
				});
				assertThat(taken).filteredOn((record) -> client.kept().contains(offset(record)))
					.allSatisfy((record) -> assertThat(record.deliveryCount()).as("delivery of %s", record)
						.isGreaterThan(1));
			}
			finally {
				fetcher.close();
				fetcher.awaitEnd();
				member.close();
			}
		}
	}

	private static long offset(QueueRecord record) {
		return record.record().position().major();
	}

	private static void settle(KafkaQueueMember member, QueueRecord record) {
		var _ = member.settle(record, new Settlement.Acknowledge(false));
	}

	/** It has fetched twice, and gives out the second batch when it is told to. */
	private static final class KeepingClient {

		private final ShareConsumer<byte[], byte[]> first;

		private final ShareConsumer<byte[], byte[]> second;

		private final CountDownLatch keeps = new CountDownLatch(1);

		/** How many of those that it kept. */
		private final AtomicInteger answered = new AtomicInteger();

		private volatile boolean givesOut;

		private volatile ConsumerRecords<byte[], byte[]> kept = ConsumerRecords.empty();

		private KeepingClient(ShareConsumer<byte[], byte[]> first, ShareConsumer<byte[], byte[]> second) {
			this.first = first;
			this.second = second;
		}

		private List<Long> kept() {
			List<Long> offsets = new ArrayList<>();
			this.kept.forEach((record) -> offsets.add(record.offset()));
			return offsets;
		}

		@SuppressWarnings("unchecked")
		private ShareConsumer<byte[], byte[]> consumer() {
			return (ShareConsumer<byte[], byte[]>) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ShareConsumer.class }, (proxy, method, arguments) -> switch (method.getName()) {
						case "poll" -> poll((Duration) arguments[0]);
						case "acknowledge" ->
							acknowledge((ConsumerRecord<byte[], byte[]>) arguments[0], (AcknowledgeType) arguments[1]);
						default -> {
							call(this.second, method, arguments);
							yield call(this.first, method, arguments);
						}
					});
		}

		private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
			if (this.givesOut && this.answered.get() == 0) {
				return this.kept;
			}
			ConsumerRecords<byte[], byte[]> records = this.first.poll(timeout);
			while (!records.isEmpty() && this.kept.isEmpty()) {
				this.kept = this.second.poll(timeout);
			}
			if (!this.kept.isEmpty()) {
				this.keeps.countDown();
			}
			return records;
		}

		private @Nullable Object acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
			for (ConsumerRecord<byte[], byte[]> each : this.kept) {
				if (each.offset() == record.offset()) {
					this.answered.incrementAndGet();
					this.second.acknowledge(record, type);
					return null;
				}
			}
			this.first.acknowledge(record, type);
			return null;
		}

		private static Object call(ShareConsumer<byte[], byte[]> consumer, Method method, Object[] arguments)
				throws Throwable {
			try {
				return method.invoke(consumer, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

	}

}
