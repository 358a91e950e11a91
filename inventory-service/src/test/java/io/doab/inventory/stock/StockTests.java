package io.doab.inventory.stock;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.json.JsonPayloadCodec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The stock under many orders at once, and what it tells.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockTests {

	private static final int THREADS = 50;

	private static final int SKUS = 5;

	private static final int AVAILABLE = 400;

	private final HikariDataSource source = new HikariDataSource();

	private PostgresServer server;

	private JdbcTemplate jdbc;

	private TransactionTemplate transactions;

	private Stock stock;

	@BeforeAll
	void startServer(@TempDir Path folder) throws IOException {
		this.server = PostgresServer.start(Ports.free(), folder, "inventory", "secret");
		this.server.ensureDatabase("inventory");
		this.source.setJdbcUrl(this.server.jdbcUrl("inventory"));
		this.source.setUsername("inventory");
		this.source.setPassword("secret");
		this.source.setMaximumPoolSize(THREADS);
		this.jdbc = new JdbcTemplate(this.source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V1__stock_and_inbox.sql"));
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V2__outbox.sql"));
			return connection;
		});
		this.transactions = new TransactionTemplate(new JdbcTransactionManager(this.source));
		this.stock = StockFixture.over(this.jdbc);
	}

	@AfterAll
	void stopServer() {
		this.source.close();
		this.server.close();
	}

	@BeforeEach
	void reset() {
		this.jdbc.execute("TRUNCATE inbox, reservations, stock, outbox");
	}

	@Test
	void fiftyThreadsOnFiveSkusSellWhatThereIsAndNoMore() throws Exception {
		IntStream.range(0, SKUS).forEach((sku) -> set("S" + sku, AVAILABLE));
		AtomicLongArray sold = new AtomicLongArray(SKUS);
		AtomicInteger refused = new AtomicInteger();
		try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
			List<Future<?>> ends = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				int seed = thread;
				ends.add(threads.submit(() -> order(seed, sold, refused)));
			}
			for (Future<?> end : ends) {
				end.get();
			}
		}
		for (int sku = 0; sku < SKUS; sku++) {
			assertThat(sold.get(sku)).as("sold of S%d", sku)
				.isLessThanOrEqualTo(AVAILABLE)
				.isEqualTo(AVAILABLE - this.stock.available("S" + sku).orElseThrow());
		}
		assertThat(IntStream.range(0, SKUS).filter((sku) -> this.stock.available("S" + sku).orElseThrow() >= 3))
			.as("of orders for two SKUs and more, all but one are sold out")
			.hasSizeLessThanOrEqualTo(1);
		assertThat(refused.get()).as("orders of which something was missing").isPositive();
		assertThat(this.jdbc.queryForObject("SELECT sum(quantity) FROM reservations", Long.class))
			.isEqualTo(IntStream.range(0, SKUS).mapToLong(sold::get).sum());
		StockFixture.assertNewsAreAChain(this.jdbc);
	}

	@Test
	void ofTwoWhoSetANewSkuAtOnceEachTellsWhatItChanged() throws Exception {
		try (ExecutorService other = Executors.newSingleThreadExecutor()) {
			Future<?> second = this.transactions.execute((status) -> {
				this.stock.set("NEW", 5);
				Future<?> waits = other.submit(() -> set("NEW", 7));
				Awaitility.await().until(() -> this.jdbc.queryForList("""
						SELECT 1 FROM pg_stat_activity
						WHERE datname = 'inventory' AND wait_event_type = 'Lock'""", Integer.class).size() == 1);
				return waits;
			});
			Objects.requireNonNull(second).get();
		}
		assertThat(told()).containsExactly("stock.changed NEW 5 +5 null", "stock.changed NEW 7 +2 null");
	}

	@Test
	void whatIsSetToWhatItIsIsNoChange() {
		set("A", 0);
		set("A", 0);
		set("A", 7);
		set("A", 7);
		assertThat(told()).containsExactly("stock.changed A 0 +0 null", "stock.changed A 7 +7 null");
	}

	@Test
	void ofAnOrderNoMoreComesBackThanWentOut() {
		set("A", 5);
		set("B", 5);
		assertThat(move("e1", "o1", true, new Line("A", 2), new Line("A", 1))).isEqualTo(StockOutcome.DONE);
		assertThat(move("e2", "o1", false, new Line("A", 4))).isEqualTo(StockOutcome.EXCEEDS_RESERVATION);
		assertThat(move("e3", "o1", false, new Line("A", 1), new Line("B", 1)))
			.isEqualTo(StockOutcome.EXCEEDS_RESERVATION);
		assertThat(move("e4", "o1", false, new Line("A", 2))).isEqualTo(StockOutcome.DONE);
		assertThat(move("e5", "o1", false, new Line("A", 2))).isEqualTo(StockOutcome.EXCEEDS_RESERVATION);
		assertThat(move("e6", "o1", false, new Line("A", 1))).isEqualTo(StockOutcome.DONE);
		assertThat(move("e7", "o1", false, new Line("A", 1))).isEqualTo(StockOutcome.EXCEEDS_RESERVATION);
		assertThat(move("e8", "return-of-its-own", false, new Line("A", 1), new Line("B", 9)))
			.isEqualTo(StockOutcome.DONE);
		assertThat(move("e9", "return-of-its-own", false, new Line("A", 1))).isEqualTo(StockOutcome.DONE);
		assertThat(this.stock.available("A")).hasValue(7);
		assertThat(this.stock.available("B")).hasValue(14);
	}

	private StockOutcome move(String event, String order, boolean out, Line... lines) {
		return this.transactions.execute((status) -> out ? this.stock.reserve(event, order, List.of(lines))
				: this.stock.takeBack(event, order, List.of(lines)));
	}

	/** A hundred orders of two or three lines, in any order of the SKUs. */
	private void order(int seed, AtomicLongArray sold, AtomicInteger refused) {
		Random random = new Random(seed);
		for (int i = 0; i < 100; i++) {
			String id = seed + "-" + i;
			List<Integer> skus = random.ints(0, SKUS).distinct().limit(2 + random.nextInt(2)).boxed().toList();
			List<Line> lines = skus.stream().map((sku) -> new Line("S" + sku, 1 + random.nextInt(3))).toList();
			StockOutcome outcome = this.transactions.execute((status) -> this.stock.reserve(id, id, lines));
			if (outcome == StockOutcome.DONE) {
				lines.forEach((line) -> sold.addAndGet(line.sku().charAt(1) - '0', line.quantity()));
			}
			else {
				refused.incrementAndGet();
			}
		}
	}

	@Test
	void everyChangeIsToldOnceItIsCommittedAndTheOneThatMakesTheStockLowTwice() {
		set("A", 5);
		this.transactions.executeWithoutResult((status) -> this.stock.reserve("e1", "o1", List.of(new Line("A", 1))));
		this.transactions.executeWithoutResult((status) -> {
			this.stock.reserve("undone", "o2", List.of(new Line("A", 1)));
			status.setRollbackOnly();
		});
		this.transactions.executeWithoutResult((status) -> this.stock.reserve("e2", "o2", List.of(new Line("A", 2))));
		this.transactions.executeWithoutResult((status) -> this.stock.reserve("e3", "o3", List.of(new Line("A", 1))));
		this.transactions.executeWithoutResult((status) -> this.stock.takeBack("e4", "r1", List.of(new Line("A", 9))));
		set("A", 3);
		assertThat(told()).containsExactly("stock.changed A 5 +5 null", "stock.changed A 4 -1 o1",
				"stock.changed A 2 -2 o2", "stock.low A 2 -2 o2", "stock.changed A 1 -1 o3", "stock.changed A 10 +9 r1",
				"stock.changed A 3 -7 null", "stock.low A 3 -7 null");
		assertThat(this.jdbc.queryForObject("SELECT count(DISTINCT event_id) FROM outbox", Long.class)).isEqualTo(8);
		assertThat(this.jdbc.queryForList("SELECT DISTINCT stream || ' ' || event_key FROM outbox", String.class))
			.containsExactly("stock A");
	}

	private void set(String sku, long available) {
		this.transactions.executeWithoutResult((status) -> this.stock.set(sku, available));
	}

	private List<String> told() {
		return this.jdbc.queryForList("SELECT type, data FROM outbox ORDER BY position")
			.stream()
			.map(StockTests::text)
			.toList();
	}

	private static String text(Map<String, Object> row) {
		StockLevel level = new JsonPayloadCodec().decode((byte[]) Objects.requireNonNull(row.get("data")),
				StockLevel.class);
		return "%s %s %d %+d %s".formatted(row.get("type"), level.sku(), level.available(), level.change(),
				level.orderId());
	}

}
