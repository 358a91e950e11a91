package io.doab.stream.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Position;
import io.doab.stream.Published;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.json.JsonPayloadCodec;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is put into the outbox is published if its transaction commits, in order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventOutboxTests {

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration OFTEN = Duration.ofMillis(50);

	private final List<EventOutbox> outboxes = new ArrayList<>();

	private final List<Event<?>> published = Collections.synchronizedList(new ArrayList<>());

	private PostgresServer server;

	private HikariDataSource source;

	private JdbcTemplate jdbc;

	private TransactionTemplate transactions;

	record Item(int number) {
	}

	@BeforeAll
	void startServer(@TempDir Path folder) throws IOException {
		this.server = PostgresServer.start(Ports.free(), folder, "outbox", "secret");
		this.server.ensureDatabase("outbox");
		this.source = new HikariDataSource();
		this.source.setJdbcUrl(this.server.jdbcUrl("outbox"));
		this.source.setUsername("outbox");
		this.source.setPassword("secret");
		this.source.setMaximumPoolSize(20);
		this.jdbc = new JdbcTemplate(this.source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("io/doab/stream/jdbc/outbox.sql"));
			return connection;
		});
		this.transactions = new TransactionTemplate(new JdbcTransactionManager(this.source));
	}

	@AfterAll
	void stopServer() {
		this.source.close();
		this.server.close();
	}

	@AfterEach
	void closeAll() {
		this.outboxes.forEach(EventOutbox::close);
		this.outboxes.clear();
		this.published.clear();
		this.jdbc.update("DELETE FROM outbox");
	}

	@Test
	void aCommitIsWhatPublishesAndItWakesTheRelay() {
		EventOutbox outbox = started(this::publish, NEVER);
		this.transactions.executeWithoutResult((status) -> outbox.publish("stock", event("a", 1)));
		this.transactions.executeWithoutResult((status) -> {
			outbox.publish("stock", event("a", 2));
			status.setRollbackOnly();
		});
		this.transactions.executeWithoutResult((status) -> {
			outbox.publish("stock", event("a", 3).withHeader("traceparent", "00-1"));
			outbox.publish("stock", event("b", 4));
		});
		eventually().until(() -> this.published.size() == 3 && outbox.waiting() == 0);
		assertThat(numbers("a")).containsExactly(1, 3);
		assertThat(numbers("b")).containsExactly(4);
		assertThat(this.published.get(1).headers()).containsEntry("traceparent", "00-1")
			.containsEntry("datacontenttype", "application/json");
	}

	@Test
	void anEventNeedsATransaction() {
		EventOutbox outbox = started(this::publish, NEVER);
		assertThatThrownBy(() -> outbox.publish("stock", event("a", 1))).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("@Transactional");
	}

	@Test
	void rowsOfAProcessThatIsGoneAreFound() {
		EventOutbox gone = outbox(this::publish, NEVER, this.transactions);
		this.transactions.executeWithoutResult((status) -> gone.publish("stock", event("a", 1)));
		started(this::publish, OFTEN);
		eventually().until(() -> numbers("a").equals(List.of(1)));
	}

	@Test
	void aKeyKeepsItsOrderThoughPublishingFailsAndTwoProcessesRelay() {
		AtomicInteger inFlight = new AtomicInteger();
		EventPublisher unreliable = (stream, event) -> CompletableFuture.supplyAsync(() -> {
			inFlight.incrementAndGet();
			if (ThreadLocalRandom.current().nextInt(5) == 0) {
				throw new RetriableException("not now", null);
			}
			return publish(stream, event).join();
		}, later());
		EventOutbox one = started(unreliable, OFTEN);
		EventOutbox other = started(unreliable, OFTEN);
		List<Integer> expected = IntStream.range(0, 150).boxed().toList();
		for (int number : expected) {
			EventOutbox outbox = (number % 2 == 0) ? one : other;
			this.transactions.executeWithoutResult((status) -> {
				outbox.publish("stock", event("a", number));
				outbox.publish("stock", event("b", number));
			});
		}
		eventually().until(() -> one.waiting() == 0);
		assertThat(inFlight.get()).as("publications, of which some failed").isGreaterThan(300);
		assertThat(numbers("a")).isEqualTo(expected);
		assertThat(numbers("b")).isEqualTo(expected);
	}

	@Test
	void whatWasPublishedBeforeACrashIsPublishedAgainUnderTheSameId() {
		AtomicBoolean crash = new AtomicBoolean(true);
		TransactionTemplate crashing = new TransactionTemplate(new JdbcTransactionManager(this.source) {
			@Override
			public void doCommit(org.springframework.transaction.support.DefaultTransactionStatus status) {
				if (crash.getAndSet(false)) {
					super.doRollback(status);
					throw new IllegalStateException("crashed");
				}
				super.doCommit(status);
			}
		});
		EventOutbox writer = outbox(this::publish, NEVER, this.transactions);
		this.transactions.executeWithoutResult((TransactionStatus status) -> writer.publish("stock", event("a", 1)));
		EventOutbox outbox = outbox(this::publish, OFTEN, crashing);
		outbox.start();
		eventually().until(() -> this.published.size() == 2);
		assertThat(this.published.stream().map(Event::id).distinct()).hasSize(1);
	}

	@Test
	void anEventThatNoStreamTakesIsKeptAndHoldsUpNoOther() {
		EventOutbox outbox = started((stream, event) -> number(event) == 1
				? CompletableFuture.failedFuture(new InvalidEventException("too large")) : publish(stream, event),
				NEVER);
		this.transactions.executeWithoutResult(
				(status) -> IntStream.range(0, 3).forEach((i) -> outbox.publish("stock", event("a", i))));
		eventually().until(() -> numbers("a").equals(List.of(0, 2)) && outbox.waiting() == 0);
		assertThat(this.jdbc.queryForList("SELECT refused FROM outbox", String.class)).containsExactly("too large");
	}

	@Test
	void whatIsPutUnderALockIsPublishedInTheOrderOfTheLock() {
		this.jdbc.execute("CREATE TABLE counters (name text PRIMARY KEY, number int)");
		this.jdbc.execute("INSERT INTO counters VALUES ('a', -1), ('b', -1)");
		List<EventOutbox> relaying = List.of(started(this::publish, OFTEN), started(this::publish, OFTEN));
		CompletableFuture<?>[] writers = IntStream.range(0, 8).mapToObj((writer) -> CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 50; i++) {
				String key = ((writer + i) % 2 == 0) ? "a" : "b";
				this.transactions.executeWithoutResult((status) -> {
					Integer number = this.jdbc.queryForObject(
							"UPDATE counters SET number = number + 1 WHERE name = ? RETURNING number", Integer.class,
							key);
					relaying.get(writer % 2).publish("stock", event(key, Objects.requireNonNull(number)));
				});
			}
		}, (task) -> Thread.ofVirtual().start(task))).toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(writers).join();
		eventually().until(() -> relaying.getFirst().waiting() == 0);
		List<Integer> expected = IntStream.range(0, 200).boxed().toList();
		assertThat(numbers("a")).isEqualTo(expected);
		assertThat(numbers("b")).isEqualTo(expected);
	}

	@Test
	void aTurnIsShortHoweverSlowTheStream() {
		OutboxTable table = new OutboxTable(this.jdbc, new JsonPayloadCodec());
		this.transactions.executeWithoutResult(
				(status) -> table.add("stock", IntStream.range(0, 60).mapToObj((i) -> event("a", i)).toList()));
		EventPublisher slow = (stream, event) -> CompletableFuture.supplyAsync(() -> publish(stream, event).join(),
				CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS));
		Set<Long> left = ConcurrentHashMap.newKeySet();
		try (OutboxRelay relay = new OutboxRelay(table, this.transactions, slow, NEVER, Duration.ofMillis(100))) {
			relay.start();
			eventually().until(() -> {
				left.add(table.waiting());
				return table.waiting() == 0;
			});
		}
		assertThat(numbers("a")).isEqualTo(IntStream.range(0, 60).boxed().toList());
		assertThat(left).as("how many were left at some time").hasSizeGreaterThan(2);
	}

	@Test
	void aStreamThatFailsHoldsUpNoOtherHoweverManyOfItsEventsComeFirst() {
		EventOutbox outbox = outbox((stream, event) -> switch (stream) {
			case "down" -> CompletableFuture.failedFuture(new RetriableException("down", null));
			case "wrong" -> throw new IllegalStateException("thrown, not told");
			case "refused" -> throw new InvalidEventException("thrown, not told");
			default -> publish(stream, event);
		}, NEVER, this.transactions);
		this.transactions.executeWithoutResult((status) -> {
			outbox.publish("down", IntStream.range(0, 600).mapToObj((i) -> event("a" + i, i)).toList());
			outbox.publish("wrong", IntStream.range(0, 600).mapToObj((i) -> event("a", i)).toList());
			outbox.publish("refused", event("a", 1));
			outbox.publish("stock", event("a", 1));
		});
		outbox.start();
		eventually().until(() -> numbers("a").equals(List.of(1)) && outbox.refused() == 1);
		assertThat(outbox.waiting()).isEqualTo(1_200);
	}

	private static long millisSince(long began) {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
	}

	/** At once, and after pauses of 50, 100, 200, 400 ms and so on. */
	private static int mostTries(long began) {
		int tries = 1;
		for (long at = 50, pause = 50; at <= millisSince(began); at += pause) {
			tries++;
			pause *= 2;
		}
		return tries;
	}

	@Test
	void whileStreamsAreAwayCommitsDoNotMakeAStorm() {
		AtomicInteger attempts = new AtomicInteger();
		AtomicBoolean away = new AtomicBoolean(true);
		EventOutbox outbox = started((stream, event) -> {
			attempts.incrementAndGet();
			return away.get() ? CompletableFuture.failedFuture(new RetriableException("away", null))
					: publish(stream, event);
		}, NEVER);
		long began = System.nanoTime();
		int committed = 0;
		while (millisSince(began) < 700 || committed < 20) {
			int number = committed++;
			this.transactions.executeWithoutResult((status) -> outbox.publish("stock", event("a", number)));
		}
		// One of the key each time.
		assertThat(attempts.get()).isLessThanOrEqualTo(mostTries(began)).isLessThan(committed);
		away.set(false);
		int all = committed;
		eventually().until(() -> numbers("a").size() == all && outbox.waiting() == 0);
		assertThat(numbers("a")).isEqualTo(IntStream.range(0, all).boxed().toList());
	}

	@Test
	void whileAnotherHasTheTurnCommitsDoNotMakeAStorm() {
		AtomicInteger tries = new AtomicInteger();
		JdbcTemplate counting = new JdbcTemplate(this.source) {
			@Override
			public <T> List<@Nullable T> queryForList(String sql, Class<T> elementType) {
				tries.incrementAndGet();
				return super.queryForList(sql, elementType);
			}
		};
		EventOutbox outbox = new EventOutbox(counting, this.transactions, new JsonPayloadCodec(), this::publish, NEVER);
		this.outboxes.add(outbox);
		outbox.start();
		this.transactions.executeWithoutResult((turn) -> {
			assertThat(new OutboxTable(this.jdbc, new JsonPayloadCodec()).tryTakeTurn()).isTrue();
			long began = System.nanoTime();
			CompletableFuture.runAsync(() -> {
				for (int i = 0; millisSince(began) < 500 || i < 20; i++) {
					this.transactions.executeWithoutResult((status) -> outbox.publish("stock", event("a", 0)));
				}
			}, (task) -> Thread.ofVirtual().start(task)).join();
			eventually().until(() -> tries.get() > 0);
			assertThat(tries.get()).isLessThanOrEqualTo(mostTries(began));
		});
		eventually().until(() -> outbox.waiting() == 0);
	}

	@Test
	void aRowThatIsNoEventIsKeptAndHoldsUpNoOther() {
		EventOutbox outbox = outbox(this::publish, NEVER, this.transactions);
		this.transactions.executeWithoutResult(
				(status) -> IntStream.range(0, 4).forEach((i) -> outbox.publish("stock", event("a", i))));
		List<@Nullable Long> positions = this.jdbc.queryForList("SELECT position FROM outbox ORDER BY position",
				Long.class);
		this.jdbc.update("UPDATE outbox SET source = 'no uri' WHERE position = ?", positions.get(0));
		this.jdbc.update("UPDATE outbox SET headers = '%zz=1' WHERE position = ?", positions.get(1));
		this.jdbc.update("UPDATE outbox SET headers = 'none' WHERE position = ?", positions.get(2));
		outbox.start();
		eventually().until(() -> numbers("a").equals(List.of(3)) && outbox.refused() == 3);
		assertThat(this.jdbc.queryForList("SELECT refused FROM outbox WHERE refused IS NOT NULL", String.class))
			.hasSize(3)
			.allSatisfy((refused) -> assertThat(refused).startsWith("It is no event"));
	}

	private EventOutbox started(EventPublisher publisher, Duration interval) {
		EventOutbox outbox = outbox(publisher, interval, this.transactions);
		outbox.start();
		return outbox;
	}

	private EventOutbox outbox(EventPublisher publisher, Duration interval, TransactionTemplate relaying) {
		EventOutbox outbox = new EventOutbox(this.jdbc, relaying, new JsonPayloadCodec(), publisher, interval);
		this.outboxes.add(outbox);
		return outbox;
	}

	private CompletableFuture<Published> publish(String stream, Event<?> event) {
		this.published.add(event);
		return CompletableFuture
			.completedFuture(new Published(new StreamPartition(stream, 0), Position.ofOffset(this.published.size())));
	}

	private static Executor later() {
		return CompletableFuture.delayedExecutor(ThreadLocalRandom.current().nextInt(5), TimeUnit.MILLISECONDS);
	}

	private List<Integer> numbers(String key) {
		Map<String, List<Integer>> byKey;
		synchronized (this.published) {
			byKey = this.published.stream()
				.collect(Collectors.groupingBy((event) -> String.valueOf(event.key()),
						Collectors.mapping(EventOutboxTests::number, Collectors.toList())));
		}
		return byKey.getOrDefault(key, List.of());
	}

	private static int number(Event<?> event) {
		return new JsonPayloadCodec().decode((byte[]) event.data(), Item.class).number();
	}

	private static Event<Item> event(String key, int number) {
		return Event.of("stock.changed", key, new Item(number));
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

}
