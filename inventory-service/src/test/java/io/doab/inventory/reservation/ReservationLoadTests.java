package io.doab.inventory.reservation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.inventory.stock.Line;
import io.doab.inventory.stock.StockFixture;
import io.doab.stream.jdbc.JdbcOutages;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many orders for the same goods at once, each of which comes twice, while the database
 * ends connections in the middle of their transactions.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReservationLoadTests {

	private static final int THREADS = 50;

	private static final int SKUS = 5;

	private static final int AVAILABLE = 300;

	private static final int ORDERS = 1_000;

	private InventoryDatabase database;

	private record Order(String id, InventoryInstruction request) {
	}

	@BeforeAll
	void startDatabase(@TempDir Path folder) {
		this.database = new InventoryDatabase(folder);
	}

	@AfterAll
	void stopDatabase() {
		this.database.close();
	}

	@Test
	void whatThereIsIsSoldOnceAndNoMoreThoughOrdersComeTwiceAndTransactionsAreKilled() throws Exception {
		this.database.reset();
		this.database.jdbc()
			.update("INSERT INTO stock (sku, available) SELECT 'S' || n, ? FROM generate_series(0, ?) AS n", AVAILABLE,
					SKUS - 1);
		List<Order> orders = orders();
		Map<String, Set<Outcome>> outcomes = new ConcurrentHashMap<>();
		AtomicInteger interrupted = new AtomicInteger();
		try (HikariDataSource pool = new HikariDataSource();
				ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
			pool.setMaximumPoolSize(THREADS);
			StockMovements movements = this.database.movements(pool, "load");
			AtomicBoolean done = new AtomicBoolean();
			Thread killer = Thread.ofVirtual().start(() -> killNowAndThen(done));
			List<Future<?>> ends = new ArrayList<>();
			for (Order order : orders) {
				ends.add(threads.submit(() -> outcomes
					.computeIfAbsent(order.id(), (id) -> Collections.synchronizedSet(EnumSet.noneOf(Outcome.class)))
					.add(apply(movements, order, interrupted))));
			}
			for (Future<?> end : ends) {
				end.get();
			}
			done.set(true);
			killer.join();
		}
		assertThat(interrupted.get()).as("transactions that were killed").isGreaterThan(10);
		assertThat(outcomes).hasSize(ORDERS).allSatisfy((order, each) -> assertThat(each).hasSize(1));
		assertThat(reserved()).isEqualTo(orders.stream()
			.distinct()
			.filter((order) -> outcomes.getOrDefault(order.id(), Set.of()).contains(Outcome.DONE))
			.collect(Collectors.toMap(Order::id, (order) -> quantities(order.request().lines()), (one, other) -> one,
					TreeMap::new)));
		assertNothingIsLeftOrOversold();
		StockFixture.assertNewsAreAChain(this.database.jdbc());
	}

	/** Each twice, close together. */
	private static List<Order> orders() {
		Random random = new Random(7);
		return IntStream.range(0, ORDERS).mapToObj((i) -> {
			String id = "o" + i;
			List<Line> lines = random.ints(0, SKUS)
				.distinct()
				.limit(2 + random.nextInt(2))
				.mapToObj((sku) -> new Line("S" + sku, 1 + random.nextInt(3)))
				.toList();
			return new Order(id, new InventoryInstruction(id, InventoryType.RESERVE, lines));
		}).flatMap((order) -> IntStream.range(0, 2).mapToObj((copy) -> order)).toList();
	}

	private static Outcome apply(StockMovements movements, Order order, AtomicInteger interrupted) {
		while (true) {
			try {
				return movements.apply(order.id(), order.request());
			}
			catch (RuntimeException ex) {
				if (!JdbcOutages.isOutage(ex)) {
					throw ex;
				}
				interrupted.incrementAndGet();
			}
		}
	}

	private void killNowAndThen(AtomicBoolean done) {
		while (!done.get()) {
			this.database.jdbc().queryForList("""
					SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE application_name = 'load' AND state <> 'idle' ORDER BY random() LIMIT 1""");
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
	}

	/** What is reserved for each order. */
	private Map<String, Map<String, Long>> reserved() {
		Map<String, Map<String, Long>> reserved = new TreeMap<>();
		this.database.jdbc().query("SELECT order_id, sku, quantity FROM reservations", (row) -> {
			reserved.computeIfAbsent(row.getString(1), (order) -> new TreeMap<>())
				.put(row.getString(2), row.getLong(3));
		});
		return reserved;
	}

	private static Map<String, Long> quantities(List<Line> lines) {
		return lines.stream()
			.collect(Collectors.toMap(Line::sku, (line) -> (long) line.quantity(), Long::sum, TreeMap::new));
	}

	private void assertNothingIsLeftOrOversold() {
		List<Map<String, @Nullable Object>> rows = this.database.jdbc().queryForList("""
				SELECT sku, available, available + coalesce(sum(quantity), 0)::bigint AS total
				FROM stock LEFT JOIN reservations USING (sku) WHERE sku LIKE 'S%' GROUP BY sku, available""");
		assertThat(rows).hasSize(SKUS).allSatisfy((row) -> {
			assertThat(row).containsEntry("total", (long) AVAILABLE);
			assertThat((Long) Objects.requireNonNull(row.get("available"))).isNotNegative();
		});
		assertThat(rows.stream().filter((row) -> (Long) Objects.requireNonNull(row.get("available")) >= 3))
			.as("of orders for two SKUs and more, all but one are sold out")
			.hasSizeLessThanOrEqualTo(1);
	}

}
