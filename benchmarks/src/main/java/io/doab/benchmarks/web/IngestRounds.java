package io.doab.benchmarks.web;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

import io.doab.benchmarks.harness.Competition;
import io.doab.benchmarks.harness.Entrant;
import io.doab.benchmarks.harness.Measured;
import io.doab.benchmarks.harness.Orders;
import io.doab.benchmarks.harness.Result;
import io.doab.benchmarks.harness.Rounds;
import io.doab.benchmarks.harness.Soundness;
import io.doab.benchmarks.harness.Usage;
import io.doab.benchmarks.harness.Workbench;
import io.doab.benchmarks.harness.Workload;
import io.doab.local.ServiceName;
import io.doab.local.ServiceProgram;
import io.doab.local.ShopRequests;
import io.doab.servers.JavaRuntime;

/**
 * Rounds of payments over HTTP: to payment-service, which stores each before it answers,
 * to an endpoint that does nothing, and to one that does nothing but store by hand. The
 * service only takes payments in; its processors are off, for they would be at work on
 * the same two cores.
 */
public final class IngestRounds {

	/** What takes part when nobody asks for less. */
	public static final Entrant STORING = entrant("storing-endpoint",
			"Spring MVC endpoint that stores by hand, not idempotent");

	private static final int CONNECTIONS = 32;

	private static final int PARTITIONS = 3;

	private static final String STREAM = "payments";

	private static final Entrant BARE = entrant("bare-endpoint", "Spring MVC endpoint that does nothing")
		.asBaselineOf(Workload.INGEST);

	private static final Entrant SERVICE = entrant("doab-service", "payment-service, acknowledged by the leader");

	private static final List<String> INTAKE_ALONE = List.of("--doab.processors[payment-service].enabled=false",
			"--doab.processors[payment-fraud-by-card].enabled=false",
			"--doab.processors[payment-fraud-by-customer].enabled=false");

	private final String backend;

	private final Workbench bench;

	private final int rounds;

	private final boolean storing;

	private final Consumer<String> log;

	/**
	 * Creates them.
	 * @param storing whether the endpoint that stores by hand takes part
	 */
	public IngestRounds(String backend, Workbench bench, int rounds, boolean storing, Consumer<String> log) {
		this.backend = backend;
		this.bench = bench;
		this.rounds = rounds;
		this.storing = storing;
		this.log = log;
	}

	private static Entrant entrant(String name, String title) {
		return new Entrant("", name, title, Set.of(Workload.INGEST), Set.of(), 1, (task, probe) -> {
			throw new UnsupportedOperationException("It is a process of its own");
		});
	}

	/**
	 * Runs all rounds.
	 * @param requests of a round, each a payment of its own order
	 * @param folder where the logs go
	 */
	public Result run(Orders orders, int requests, Path folder) {
		this.log
			.accept("ingest on " + this.backend + ", " + requests + " requests over " + CONNECTIONS + " connections");
		Map<Entrant, List<Measured>> measured;
		try (Door service = service(folder);
				Door bare = endpoint(BARE, BareEndpoint.class, List.of(), folder);
				Door byHand = this.storing ? storing(folder) : null) {
			Map<Entrant, Door> doors = new LinkedHashMap<>();
			doors.put(SERVICE, service);
			if (byHand != null) {
				doors.put(STORING, byHand);
			}
			doors.put(BARE, bare);
			measured = Rounds.inTurn(1, this.rounds, doors,
					(entrant, door, round) -> run(entrant, door, payments(orders, requests, round), round));
		}
		return Competition.result(Workload.INGEST, this.backend, CONNECTIONS + " connections", requests, measured);
	}

	private Door service(Path folder) {
		List<String> settings = new ArrayList<>(INTAKE_ALONE);
		String address = this.bench.address();
		settings.addAll(List.of("--doab.backend=" + this.backend, "--spring.data.redis.host=localhost",
				"--spring.data.redis.port=" + address.substring(address.indexOf(':') + 1),
				"--spring.kafka.bootstrap-servers=" + address));
		Path root = Path.of(System.getProperty("doab.root", "."));
		return Door.open("payment-service-" + this.backend,
				List.of("-jar", ServiceProgram.of(root, ServiceName.PAYMENT).toString()), settings, folder);
	}

	private Door storing(Path folder) {
		return endpoint(STORING, StoringEndpoint.class,
				List.of("--store.backend=" + this.backend, "--store.address=" + this.bench.address(),
						"--store.stream=" + STREAM, "--store.partitions=" + PARTITIONS),
				folder);
	}

	private Door endpoint(Entrant entrant, Class<?> program, List<String> settings, Path folder) {
		return Door.open(entrant.name() + "-" + this.backend,
				// Services are on the class path as well, whose settings are not meant
				// for it.
				List.of("-Dspring.config.name=" + entrant.name(), "-cp",
						String.join(System.getProperty("path.separator"), JavaRuntime.classPath()), program.getName()),
				settings, folder);
	}

	private static List<byte[]> payments(Orders orders, int requests, int round) {
		List<byte[]> payments = new ArrayList<>(requests);
		for (int number = 0; number < requests; number++) {
			String order = round + "-" + number;
			payments.add(HttpConnection.post("/payments", Door.TOKEN,
					ShopRequests.payment(orders.invoice(number), order, ShopRequests.goodCard(order))));
		}
		return payments;
	}

	private Measured run(Entrant entrant, Door door, List<byte[]> payments, int round) {
		long stored = size(entrant);
		Usage begin = usage(door);
		int accepted;
		try {
			accepted = new LoadGenerator(door.port(), CONNECTIONS).send(payments);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(entrant.name() + " failed; its log is " + door.process().log(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		Measured once = new Measured(payments.size(), usage(door).since(begin), null, null, null);
		long more = size(entrant) - stored;
		new Soundness(payments.size(), accepted, stores(entrant) ? Math.max(0, more - accepted) : 0, 0,
				stores(entrant) ? Math.max(0, accepted - more) : 0)
			.require(entrant.name() + " on " + this.backend + ", round " + round + ",");
		this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s %,12.0f requests/s", Rounds.label(round),
				entrant.name(), once.eventsPerSecond()));
		return once;
	}

	private static boolean stores(Entrant entrant) {
		return !entrant.equals(BARE);
	}

	private long size(Entrant entrant) {
		return stores(entrant) ? this.bench.size(STREAM, PARTITIONS) : 0;
	}

	/** What the process behind the door and the server used; not what the load cost. */
	private Usage usage(Door door) {
		return new Usage(System.nanoTime(), Usage.cpuNanos(List.of(door.process().pid())),
				Usage.cpuNanos(this.bench.pids()), 0);
	}

}
