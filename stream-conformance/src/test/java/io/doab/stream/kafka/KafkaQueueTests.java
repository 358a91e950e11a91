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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Share groups whose client does what no application sees.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // each test joins and starts by itself
class KafkaQueueTests {

	private static final int EVENTS = 8;

	private static final int BATCH = 2;

	private static final Duration VISIBILITY = Duration.ofSeconds(6);

	private KafkaFixture fixture;

	private KafkaClients clients;

	private Application app;

	private QueueSpec queue;

	private KafkaQueueMember member;

	private ShareFetcher fetcher;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@BeforeEach
	void startApplication() {
		Map<String, Object> config = Map.of("bootstrap.servers", this.fixture.bootstrapServers());
		this.clients = new KafkaClients(config, config, config, this.fixture.settings());
		this.app = new Application(this.fixture, Network.ONE, 1);
	}

	@AfterEach
	void stopApplication() throws InterruptedException {
		this.fetcher.close();
		this.fetcher.awaitEnd();
		this.member.close();
		this.app.close();
	}

	@Test
	void whatTheClientKeptWhileAHandlerWasSlowIsHandledByAnotherConsumerAlone() throws Exception {
		assertThat(deliveriesOfWhatTheClientKept("kept", 5)).isNotEmpty()
			.allSatisfy((count) -> assertThat(count).isGreaterThan(1));
	}

	/** To release it would be to have it delivered once more, to no handler. */
	@Test
	void whatTheClientKeptIsHandledAllTheSameWhereItsNextDeliveryIsTheLast() throws Exception {
		assertThat(deliveriesOfWhatTheClientKept("last", 2)).contains(1);
	}

	private List<Integer> deliveriesOfWhatTheClientKept(String name, int deliveryLimit) throws Exception {
		join(name, deliveryLimit);
		KeepingClient client = new KeepingClient(shareConsumer(), shareConsumer());
		start(client::consumer, 2);
		assertThat(client.keeps.await(60, TimeUnit.SECONDS)).isTrue();
		BackendCases.pass(VISIBILITY);
		List<QueueRecord> taken = new ArrayList<>();
		BackendCases.eventually().until(() -> {
			taken.addAll(take());
			taken.stream().filter((record) -> !this.fetcher.holds(record)).forEach(this::settled);
			return taken.stream().map(KafkaQueueTests::offset).toList().containsAll(client.kept());
		});
		client.givesOut = true;
		BackendCases.eventually().until(() -> {
			taken.forEach(this::settled);
			taken.addAll(take());
			return client.answered.get() >= client.kept().size();
		});
		return taken.stream()
			.filter((record) -> client.kept().contains(offset(record)))
			.map(QueueRecord::deliveryCount)
			.toList();
	}

	/** As when the broker that it was for has gone. */
	@Test
	void aRenewalThatTheClientDropsCostsItsConsumerAndNoEvent() {
		join("silent", 5);
		AtomicInteger made = startWithFirst(KafkaQueueTests::silent);
		List<QueueRecord> taken = new ArrayList<>();
		Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
		AtomicBoolean tookAgain = new AtomicBoolean();
		BackendCases.eventually().until(() -> {
			boolean silent = made.get() == 1;
			for (QueueRecord record : take()) {
				taken.add(record);
				if (silent && this.fetcher.holds(record)) {
					continue;
				}
				tookAgain.compareAndSet(false, this.fetcher.holds(record));
				var _ = settle(record).thenAccept((done) -> {
					if (done) {
						acknowledged.add(offset(record));
					}
				});
			}
			if (!silent && !tookAgain.get()) {
				publish();
			}
			return tookAgain.get() && acknowledged.containsAll(taken.stream().map(KafkaQueueTests::offset).toList());
		});
		assertThat(made).hasValue(2);
		assertThat(taken).hasSizeGreaterThan(EVENTS);
	}

	@Test
	void aSettlementThatTheClientDropsIsAnsweredAndLeavesRoomForOthers() {
		join("deaf", 5);
		AtomicInteger made = startWithFirst(KafkaQueueTests::deaf);
		List<QueueRecord> taken = new ArrayList<>();
		List<CompletableFuture<Boolean>> dropped = new ArrayList<>();
		BackendCases.eventually().until(() -> {
			for (QueueRecord record : take()) {
				taken.add(record);
				boolean deaf = made.get() == 1 && this.fetcher.holds(record);
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
			take().forEach(this::settled);
			return this.member.figures().held() == 0;
		});
	}

	private void join(String name, int deliveryLimit) {
		StreamDefinition in = StreamDefinition.of("in-" + name).withPartitions(1);
		this.app.declare(in.name());
		this.queue = new QueueSpec(name, List.of(in), VISIBILITY, deliveryLimit, 100, StartAt.EARLIEST, false);
		ShareGroups groups = new ShareGroups(this.fixture.admin(), this.fixture.settings());
		groups.configure(this.queue);
		this.member = new KafkaQueueMember(this.queue, this.clients, groups,
				(letter) -> CompletableFuture.failedFuture(new IllegalStateException("no letters")));
	}

	/**
	 * Starts a fetcher beside those of the member, and publishes when it is there.
	 * @param members how many consumers it has
	 */
	private void start(Supplier<ShareConsumer<byte[], byte[]>> consumers, int members) {
		this.fetcher = new ShareFetcher(this.member, consumers, BATCH, "tested");
		this.fetcher.start();
		awaitMembers(members);
		publish();
	}

	/** Whose first consumer has a fault. Returns how many it has had. */
	private AtomicInteger startWithFirst(UnaryOperator<ShareConsumer<byte[], byte[]>> fault) {
		AtomicInteger made = new AtomicInteger();
		start(() -> (made.getAndIncrement() == 0) ? fault.apply(shareConsumer()) : shareConsumer(), 1);
		return made;
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

	private List<QueueRecord> take() {
		return this.member.take(Duration.ofMillis(100));
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
