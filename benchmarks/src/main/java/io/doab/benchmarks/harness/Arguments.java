package io.doab.benchmarks.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param workloads which benchmarks, in the order in which they were named; all when none
 * was
 * @param backends redis, kafka or both
 * @param contenders of which contenders alone, besides the baseline; all when empty
 * @param warmUps how many rounds of a backlog go before those that are measured; one of
 * all else does
 * @param rounds how many are measured
 * @param events how many events a backlog has, or 0 for what the workload has by default
 * @param brief whether by default everything is a tenth
 * @param data a folder with {@code online-retail.csv}, or null for the slice that comes
 * with the project
 * @param report where the report goes
 */
public record Arguments(Set<Workload> workloads, List<String> backends, Set<String> contenders, int warmUps, int rounds,
		int events, boolean brief, @Nullable Path data, Path report) {

	public static final String USAGE = """
			usage: ./run bench [NAME...] [--backend=redis|kafka] [--contenders=A,B,...] [--rounds=N] [--warm-ups=N] [--events=N]
			                   [--short] [--data=DIR] [--report=DIR]
			       ./run bench jmh [JMH OPTIONS]

			  NAME                    %s; all when none is given
			  --backend=redis|kafka   on one of them; on both when not given
			  --contenders=A,B,...    only these, and the baseline
			  --rounds=N              measured rounds; 5 when not given
			  --warm-ups=N            rounds of a backlog before those; 3 when not given, 1 with --short. Of all else there is one
			  --events=N              events of a backlog, when not given 1,000,000; 100,000 of blocking and ingest, 50,000 of
			                          events that are published one by one, 2,000 orders of shop
			  --short                 a tenth of everything
			  --data=DIR              orders from online-retail.csv there, but for publish
			  --report=DIR            where the report goes; benchmarks/target/report when not given
			"""
		.formatted(Workload.labels());

	private static final int ROUNDS = 5;

	private static final int WARM_UPS = 3;

	private static final int MOST_EVENTS = 100_000_000;

	/**
	 * Reads a command line.
	 * @throws UsageException when something is asked for that there is not
	 */
	public static Arguments parse(List<String> words) {
		Set<Workload> workloads = new LinkedHashSet<>();
		List<String> backends = new ArrayList<>(List.of("redis", "kafka"));
		Set<String> contenders = new LinkedHashSet<>();
		int rounds = ROUNDS;
		int warmUps = 0;
		int events = 0;
		boolean brief = false;
		Path data = null;
		Path report = Path.of(System.getProperty("doab.root", "."), "benchmarks", "target", "report");
		for (String word : words) {
			String value = word.substring(word.indexOf('=') + 1);
			switch (word.startsWith("--") ? word.substring(0, word.length() - value.length()) : "") {
				case "--backend=" -> backends = List.of(backend(value));
				case "--contenders=" -> contenders.addAll(List.of(value.split(",", -1)));
				case "--rounds=" -> rounds = number("--rounds", value, 1_000);
				case "--warm-ups=" -> warmUps = number("--warm-ups", value, 100);
				case "--events=" -> events = number("--events", value, MOST_EVENTS);
				case "--data=" -> data = folder(value);
				case "--report=" -> report = Path.of(value);
				case "" -> {
					if (word.equals("--short")) {
						brief = true;
					}
					else {
						workloads.add(workload(word));
					}
				}
				default -> throw new UsageException("Unknown argument '" + word + "'");
			}
		}
		return new Arguments(workloads.isEmpty() ? new LinkedHashSet<>(List.of(Workload.values())) : workloads,
				backends, contenders, (warmUps > 0) ? warmUps : (brief ? 1 : WARM_UPS), rounds, events, brief, data,
				report);
	}

	private static Workload workload(String word) {
		if (word.startsWith("-")) {
			throw new UsageException("Unknown argument '" + word + "'");
		}
		return Workload.of(word);
	}

	private static String backend(String value) {
		if (!value.equals("redis") && !value.equals("kafka")) {
			throw new UsageException("Unknown backend '" + value + "': --backend=redis or --backend=kafka");
		}
		return value;
	}

	private static int number(String name, String value, int most) {
		try {
			int number = Integer.parseInt(value.replace("_", ""));
			if (number >= 1 && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw new UsageException(name + "=" + value + ": expected a number from 1 to " + most);
	}

	private static Path folder(String value) {
		Path folder = Path.of(value);
		if (!Files.isReadable(folder.resolve("online-retail.csv"))) {
			throw new UsageException("--data=" + value + ": there is no online-retail.csv");
		}
		return folder;
	}

	/** How many events a workload is given that has so many by default. */
	public int eventsOr(int usual) {
		if (this.events > 0) {
			return this.events;
		}
		return this.brief ? Math.max(1, usual / 10) : usual;
	}

	/** Whether a contender takes part. */
	public boolean wants(Entrant entrant, Workload workload) {
		return this.contenders.isEmpty() || this.contenders.contains(entrant.name())
				|| entrant.baselineOf().contains(workload);
	}

}
