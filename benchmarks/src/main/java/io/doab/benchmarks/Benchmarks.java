package io.doab.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.doab.benchmarks.harness.Arguments;
import io.doab.benchmarks.harness.AtInterrupt;
import io.doab.benchmarks.harness.Competition;
import io.doab.benchmarks.harness.Entrant;
import io.doab.benchmarks.harness.Report;
import io.doab.benchmarks.harness.Result;
import io.doab.benchmarks.harness.UnsoundRunException;
import io.doab.benchmarks.harness.UsageException;
import io.doab.benchmarks.harness.Workbench;
import io.doab.benchmarks.harness.Workload;
import io.doab.benchmarks.web.IngestRounds;
import io.doab.benchmarks.web.ShopRounds;
import io.doab.servers.Folders;

/**
 * Measures Doab beside what a user would pick instead, on servers of its own.
 *
 * <pre>{@code
 * ./run bench transform --backend=redis
 * mvn -q -pl benchmarks,payment-service -am package -DskipTests
 * java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.doab.benchmarks.Benchmarks transform --backend=redis
 * }</pre>
 */
public final class Benchmarks {

	private static final int REQUESTS = 100_000;

	private static final int SHOP_ORDERS = 2_000;

	private static final int UNSOUND = 1;

	private static final int USAGE = 2;

	private Benchmarks() {
	}

	public static void main(String[] words) throws IOException {
		// Another module has a file for it, too, of which it would tell at length.
		System.setProperty(ContenderMain.LOGGING, ContenderMain.QUIET);
		if (List.of(words).contains("--help")) {
			System.out.println(Arguments.USAGE);
			return;
		}
		try {
			run(Arguments.parse(List.of(words)), String.join(" ", words));
		}
		catch (UsageException ex) {
			System.err.println(ex.getMessage());
			System.err.println(Arguments.USAGE);
			System.exit(USAGE);
		}
		catch (UnsoundRunException ex) {
			System.err.println("The run does not count: " + ex.getMessage());
			System.exit(UNSOUND);
		}
	}

	private static void run(Arguments arguments, String command) throws IOException {
		Path folder = Files.createTempDirectory("doab-bench");
		List<Result> results = new ArrayList<>();
		Competition competition = new Competition(arguments, ContenderMain.class.getName(), Servers::workbench,
				System.out::println);
		System.out.println("Servers and logs are in " + folder + ", which is removed when all went well");
		for (Workload workload : arguments.workloads()) {
			for (String backend : arguments.backends()) {
				results.addAll(run(arguments, competition, workload, backend, folder));
				// What was measured is there, whatever becomes of the rest.
				report(arguments, command, results).write(arguments.report());
			}
		}
		Folders.deleteQuietly(folder);
		System.out.println();
		System.out.println(report(arguments, command, results).text());
		System.out.println("The report is in " + arguments.report().toAbsolutePath());
	}

	private static List<Result> run(Arguments arguments, Competition competition, Workload workload, String backend,
			Path folder) {
		if (workload == Workload.INGEST) {
			return ingest(arguments, backend, folder);
		}
		if (workload == Workload.SHOP) {
			return List
				.of(new ShopRounds(backend, Competition.orders(arguments), arguments.rounds(), System.out::println)
					.run(arguments.eventsOr(SHOP_ORDERS)));
		}
		List<Entrant> entrants = Entrants.of(workload, backend)
			.stream()
			.filter((entrant) -> arguments.wants(entrant, workload))
			.toList();
		return entrants.isEmpty() ? List.of() : competition.run(workload, backend, entrants, folder);
	}

	private static List<Result> ingest(Arguments arguments, String backend, Path folder) {
		try (Workbench bench = Servers.workbench(backend, folder.resolve(backend + "-ingest"));
				AtInterrupt servers = AtInterrupt.run(bench::close)) {
			Objects.requireNonNull(servers);
			return List.of(new IngestRounds(backend, bench, arguments.rounds(),
					arguments.wants(IngestRounds.STORING, Workload.INGEST), System.out::println)
				.run(Competition.orders(arguments), arguments.eventsOr(REQUESTS), folder.resolve("logs")));
		}
	}

	private static Report report(Arguments arguments, String command, List<Result> results) {
		return Report.of(Instant.now(), "./run bench " + command, Competition.orders(arguments).meanBytes(),
				arguments.warmUps(), arguments.rounds(), results);
	}

}
