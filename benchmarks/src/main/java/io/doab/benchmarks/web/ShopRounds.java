package io.doab.benchmarks.web;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.doab.benchmarks.harness.AtInterrupt;
import io.doab.benchmarks.harness.Competition;
import io.doab.benchmarks.harness.Entrant;
import io.doab.benchmarks.harness.Measured;
import io.doab.benchmarks.harness.Orders;
import io.doab.benchmarks.harness.Result;
import io.doab.benchmarks.harness.Rounds;
import io.doab.benchmarks.harness.UnsoundRunException;
import io.doab.benchmarks.harness.Usage;
import io.doab.benchmarks.harness.Workload;
import io.doab.local.Backend;
import io.doab.local.LocalOptions;
import io.doab.local.LocalPlatform;
import io.doab.local.LocalSettings;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceName;
import io.doab.local.ShopRequests;

/**
 * Rounds of orders through the whole shop, with all its services and servers on this
 * machine: each order is a payment and a reservation, over HTTP, and done when the rows
 * of both are in the database of the destinations. What is used is that of all processes,
 * this one and the load that it makes left out.
 */
public final class ShopRounds {

	private static final int CONNECTIONS = 16;

	private static final long STOCK = 1_000_000_000;

	private static final Duration LOOK = Duration.ofMillis(200);

	private static final Duration LIMIT = Duration.ofMinutes(10);

	private static final Entrant SHOP = new Entrant("", "doab-shop", "the shop, all services", Set.of(Workload.SHOP),
			Set.of(), 1, (task, probe) -> {
				throw new UnsupportedOperationException("It is many processes");
			});

	private final Backend backend;

	private final Orders orders;

	private final int rounds;

	private final Consumer<String> log;

	public ShopRounds(String backend, Orders orders, int rounds, Consumer<String> log) {
		this.backend = Backend.valueOf(backend.toUpperCase(Locale.ROOT));
		this.orders = orders;
		this.rounds = rounds;
		this.log = log;
	}

	/**
	 * Runs all rounds.
	 * @param count how many orders a round has
	 */
	public Result run(int count) {
		this.log.accept("shop on " + this.backend.label() + ", " + count + " orders");
		Path root = Path.of(System.getProperty("doab.root", "."));
		try (LocalPlatform platform = new LocalPlatform(LocalOptions.of(this.backend), LocalSettings.onFreePorts(),
				root, (line) -> {
				}); AtInterrupt interrupt = AtInterrupt.run(platform::close)) {
			Objects.requireNonNull(interrupt);
			platform.start();
			List<Invoice> invoices = IntStream.range(0, count).mapToObj(this::invoice).toList();
			send(platform, ServiceName.INVENTORY, List.of(HttpConnection.post("/stock", "application/x-ndjson",
					platform.apiToken(), ShopRequests.stock(invoices, STOCK))));
			Map<Entrant, LocalPlatform> shops = new LinkedHashMap<>();
			shops.put(SHOP, platform);
			return Competition.result(Workload.SHOP, this.backend.label(), "", count,
					Rounds.inTurn(1, this.rounds, shops, (entrant, shop, round) -> run(shop, invoices, round)));
		}
	}

	/** Every order is somebody else's, or the shop would suspect a fraud. */
	private Invoice invoice(int number) {
		Invoice invoice = this.orders.invoice(number);
		return new Invoice(invoice.id(), "b" + number, invoice.country(),
				invoice.lines().stream().filter((line) -> line.quantity() > 0).toList());
	}

	private Measured run(LocalPlatform platform, List<Invoice> invoices, int round) {
		List<byte[]> payments = new ArrayList<>();
		List<byte[]> reservations = new ArrayList<>();
		String prefix = "bench-" + round + "-";
		for (int number = 0; number < invoices.size(); number++) {
			Invoice invoice = invoices.get(number);
			String order = prefix + number;
			if (!invoice.lines().isEmpty()) {
				payments.add(HttpConnection.post("/payments", platform.apiToken(),
						ShopRequests.payment(invoice, order, ShopRequests.goodCard(order))));
				reservations.add(
						HttpConnection.post("/inventory", platform.apiToken(), ShopRequests.inventory(invoice, order)));
			}
		}
		Usage begin = usage();
		try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Integer> paid = both.submit(() -> send(platform, ServiceName.PAYMENT, payments));
			Future<Integer> reserved = both.submit(() -> send(platform, ServiceName.INVENTORY, reservations));
			requireAll(payments.size(), paid.get());
			requireAll(payments.size(), reserved.get());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The shop failed; its logs are in " + platform.folder(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		awaitRows(platform, prefix, payments.size());
		Measured once = new Measured(payments.size(), usage().since(begin), null, null, null);
		requireAll(payments.size(), count(platform, "inventory", "inventory.reserved", prefix));
		requireAll(payments.size(), count(platform, "payments", "payment.authorized", prefix));
		this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s %,12.0f orders/s", Rounds.label(round), SHOP.name(),
				once.eventsPerSecond()));
		return once;
	}

	private static int send(LocalPlatform platform, ServiceName service, List<byte[]> requests) {
		try {
			return new LoadGenerator(platform.service(service).url().getPort(), CONNECTIONS).send(requests);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(service.label() + " failed; its log is in " + platform.folder(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static void requireAll(int sent, int accepted) {
		if (accepted != sent) {
			throw new UnsoundRunException("Of " + sent + " orders " + accepted + " came through");
		}
	}

	/** Looks seldom: what it costs is missing from the shop. */
	private static void awaitRows(LocalPlatform platform, String prefix, int orders) {
		long began = System.nanoTime();
		while (count(platform, "inventory", "%", prefix) < orders
				|| count(platform, "payments", "%", prefix) < orders) {
			if (System.nanoTime() - began > LIMIT.toNanos()) {
				throw new IllegalStateException("Not all orders came to the database within " + LIMIT);
			}
			LockSupport.parkNanos(LOOK.toNanos());
		}
	}

	private static int count(LocalPlatform platform, String table, String type, String prefix) {
		try (Connection connection = DriverManager.getConnection(platform.databaseUrl("destinations"),
				platform.databaseUser(), platform.databasePassword());
				PreparedStatement statement = connection
					.prepareStatement("SELECT count(*) FROM " + table + " WHERE type LIKE ? AND order_id LIKE ?")) {
			statement.setString(1, type);
			statement.setString(2, prefix + "%");
			try (ResultSet found = statement.executeQuery()) {
				found.next();
				return found.getInt(1);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database cannot be asked", ex);
		}
	}

	private static Usage usage() {
		return new Usage(System.nanoTime(),
				Usage.cpuNanos(ProcessHandle.current().descendants().map(ProcessHandle::pid).toList()), 0, 0);
	}

}
