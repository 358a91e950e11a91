package io.doab.stream.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Share groups whose client does what no application sees.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaQueueTests {

	private static final int EVENTS = 8;

	private static final int BATCH = 2;

	private static final Duration VISIBILITY = Duration.ofSeconds(6);

	private KafkaFixture fixture;

	private KafkaClients clients;

	private Application app;

	private QueueSpec queue;

	private KafkaQueueMember member;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@BeforeEach
	void startApplication(TestInfo test) {
		Map<String, Object> config = Map.of("bootstrap.servers", this.fixture.bootstrapServers());
		this.clients = new KafkaClients(config, config, config, this.fixture.settings());
		this.app = new Application(this.fixture, Network.ONE, 1);
		StreamDefinition in = StreamDefinition.of("in-" + test.getTestMethod().orElseThrow().getName())
			.withPartitions(1);
		this.app.declare(in.name());
		this.queue = new QueueSpec("of-" + in.name(), List.of(in), VISIBILITY, 5, 100, StartAt.EARLIEST, false);
		ShareGroups groups = new ShareGroups(this.fixture.admin(), this.fixture.settings());
		groups.configure(this.queue);
		this.member = new KafkaQueueMember(this.queue, this.clients, groups,
				(letter) -> CompletableFuture.failedFuture(new IllegalStateException("no letters")));
	}

	@AfterEach
	void stopApplication() {
		this.member.close();
		this.app.close();
	}

	@Test
	void whatTheClientKeptWhileAHandlerWasSlowIsHandledByAnotherConsumerAlone() throws Exception {
		KeepingClient client = new KeepingClient(shareConsumer(), shareConsumer());
		ShareFetcher fetcher = new ShareFetcher(this.member, client::consumer, BATCH, VISIBILITY, "keeping");
		try {
			fetcher.start(List.of(in()));
			awaitMembers(2);
			publish();
			assertThat(client.keeps.await(60, TimeUnit.SECONDS)).isTrue();
			BackendCases.pass(VISIBILITY);
			List<QueueRecord> taken = new ArrayList<>();
			BackendCases.eventually().until(() -> {
				take(taken);
				taken.stream().filter((record) -> !fetcher.holds(record)).forEach(this::settled);
				return taken.stream().map(KafkaQueueTests::offset).toList().containsAll(client.kept());
			});
			client.givesOut = true;
			BackendCases.eventually().until(() -> {
				taken.forEach(this::settled);
				take(taken);
				return client.answered.get() >= client.kept().size();
			});
			assertThat(taken).filteredOn((record) -> client.kept().contains(offset(record)))
				.allSatisfy(
						(record) -> assertThat(record.deliveryCount()).as("delivery of %s", record).isGreaterThan(1));
		}
		finally {
			fetcher.close();
			fetcher.awaitEnd();
		}
	}

	/** As when the broker that it was for has gone. */
	@Test
	void aRenewalThatTheClientDropsCostsItsConsumerAndNoEvent() throws Exception {
		AtomicInteger made = new AtomicInteger();
		ShareFetcher fetcher = new ShareFetcher(this.member,
				() -> (made.getAndIncrement() == 0) ? silent(shareConsumer()) : shareConsumer(), BATCH, VISIBILITY,
				"silent");
		try {
			fetcher.start(List.of(in()));
			awaitMembers(1);
			publish();
			List<QueueRecord> taken = new ArrayList<>();
			Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
			AtomicBoolean tookAgain = new AtomicBoolean();
			BackendCases.eventually().until(() -> {
				List<QueueRecord> fresh = new ArrayList<>();
				take(fresh);
				taken.addAll(fresh);
				boolean silent = made.get() == 1;
				for (QueueRecord record : fresh) {
					if (silent && fetcher.holds(record)) {
						continue;
					}
					tookAgain.compareAndSet(false, fetcher.holds(record));
					var _ = settle(record).thenAccept((done) -> {
						if (done) {
							acknowledged.add(offset(record));
						}
					});
				}
				if (!silent && !tookAgain.get()) {
					publish();
				}
				return tookAgain.get()
						&& acknowledged.containsAll(taken.stream().map(KafkaQueueTests::offset).toList());
			});
			assertThat(made).hasValue(2);
			assertThat(taken).hasSizeGreaterThan(EVENTS);
		}
		finally {
			fetcher.close();
			fetcher.awaitEnd();
		}
	}

	@Test
	void aSettlementThatTheClientDropsIsAnsweredAndLeavesRoomForOthers() throws Exception {
		AtomicInteger made = new AtomicInteger();
		ShareFetcher fetcher = new ShareFetcher(this.member,
				() -> (made.getAndIncrement() == 0) ? deaf(shareConsumer()) : shareConsumer(), BATCH, VISIBILITY,
				"deaf");
		try {
			fetcher.start(List.of(in()));
			awaitMembers(1);
			publish();
			List<QueueRecord> taken = new ArrayList<>();
			List<CompletableFuture<Boolean>> dropped = new ArrayList<>();
			BackendCases.eventually().until(() -> {
				List<QueueRecord> fresh = new ArrayList<>();
				take(fresh);
				taken.addAll(fresh);
				for (QueueRecord record : fresh) {
					boolean deaf = made.get() == 1 && fetcher.holds(record);
					CompletableFuture<Boolean> answer = settle(record);
					if (deaf) {
						dropped.add(answer);
					}
				}
				return taken.size() >= EVENTS;
			});
			assertThat(dropped).isNotEmpty();
			assertThat(dropped.getFirst()).succeedsWithin(VISIBILITY.multipliedBy(10)).isEqualTo(false);
			assertThat(made).hasValue(2);
			BackendCases.eventually().until(() -> {
				List<QueueRecord> fresh = new ArrayList<>();
				take(fresh);
				fresh.forEach(this::settled);
				return this.member.figures().held() == 0;
			});
		}
		finally {
			fetcher.close();
			fetcher.awaitEnd();
		}
	}

	private String in() {
		return this.queue.inputs().getFirst().name();
	}

	private ShareConsumer<byte[], byte[]> shareConsumer() {
		return this.clients.shareConsumer(this.queue.queue(), BATCH);
	}

	private void publish() {
		this.app.publish(in(), IntStream.range(0, EVENTS).mapToObj((i) -> Item.event("key" + i, i)).toList());
	}

	private void take(List<QueueRecord> taken) {
		taken.addAll(this.member.take(Duration.ofMillis(100)));
	}

	private CompletableFuture<Boolean> settle(QueueRecord record) {
		return this.member.settle(record, new Settlement.Acknowledge(false));
	}

	private void settled(QueueRecord record) {
		var _ = settle(record);
	}

	private void awaitMembers(int count) {
		String group = this.queue.queue();
		BackendCases.eventually().ignoreExceptions().untilAsserted(() -> {
			ShareGroupDescription described = this.fixture.admin()
				.describeShareGroups(List.of(group))
				.all()
				.get()
				.get(group);
			assertThat(Objects.requireNonNull(described).members()).hasSize(count)
				.allSatisfy((member) -> assertThat(member.assignment().topicPartitions()).isNotEmpty());
		});
	}

	private static long offset(QueueRecord record) {
		return record.record().position().major();
	}

	/** It tells the broker nothing of what is renewed or settled. */
	private static ShareConsumer<byte[], byte[]> silent(ShareConsumer<byte[], byte[]> consumer) {
		return proxy((proxy, method, arguments) -> method.getName().equals("commitAsync") ? null
				: call(consumer, method, arguments));
	}

	/** It is never told what the broker has confirmed. */
	private static ShareConsumer<byte[], byte[]> deaf(ShareConsumer<byte[], byte[]> consumer) {
		return proxy((proxy, method, arguments) -> method.getName().equals("setAcknowledgementCommitCallback") ? null
				: call(consumer, method, arguments));
	}

	@SuppressWarnings("unchecked")
	private static ShareConsumer<byte[], byte[]> proxy(InvocationHandler handler) {
		return (ShareConsumer<byte[], byte[]>) Proxy.newProxyInstance(KafkaQueueTests.class.getClassLoader(),
				new Class<?>[] { ShareConsumer.class }, handler);
	}

	private static @Nullable Object call(ShareConsumer<byte[], byte[]> consumer, Method method, Object[] arguments)
			throws Throwable {
		try {
			return method.invoke(consumer, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	/** It has fetched twice, and gives out the second batch when it is told to. */
	private static final class KeepingClient {

		private final ShareConsumer<byte[], byte[]> first;

		private final ShareConsumer<byte[], byte[]> second;

		private final CountDownLatch keeps = new CountDownLatch(1);

		/** How many of those that it kept. */
		private final AtomicInteger answered = new AtomicInteger();

		private volatile boolean givesOut;

		/** Then a poll gives out what comes back, and nothing else. */
		private boolean renewing;

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
			return proxy((proxy, method, arguments) -> switch (method.getName()) {
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
			if (this.givesOut && this.answered.get() == 0 && !this.renewing) {
				return this.kept;
			}
			ConsumerRecords<byte[], byte[]> records = this.first.poll(timeout);
			this.renewing = false;
			if (this.kept.isEmpty()) {
				this.kept = this.second.poll(Duration.ZERO);
			}
			while (!records.isEmpty() && this.kept.isEmpty()) {
				this.kept = this.second.poll(timeout);
			}
			if (!records.isEmpty()) {
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
			this.renewing |= type == AcknowledgeType.RENEW;
			this.first.acknowledge(record, type);
			return null;
		}

	}

}
