package io.doab.benchmarks.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Has the contenders of one workload compete on a server that was started for them. Each
 * has a process of its own that lives over all rounds; while one works the others stand
 * still.
 */
public final class Competition {

	private static final int KEYS = 1_000;

	private static final int PARTITIONS = 3;

	private static final int BACKLOG = 1_000_000;

	private static final int BLOCKING_BACKLOG = 100_000;

	/** Of events that wait for each other: a round trip each. */
	private static final int SINGLES = 50_000;

	private static final int HANDLER_MILLIS = 20;

	private static final List<Integer> RATES = List.of(1_000, 10_000);

	private static final int SECONDS = 20;

	private static final int BRIEF_SECONDS = 5;

	private final Arguments arguments;

	private final Orders orders;

	private final String mainClass;

	private final BiFunction<String, Path, Workbench> workbenches;

	private final Consumer<String> log;

	/**
	 * Creates one.
	 * @param mainClass what serves in the process of a contender
	 * @param workbenches starts the server of a backend in a folder
	 * @param log is told what goes on
	 */
	public Competition(Arguments arguments, String mainClass, BiFunction<String, Path, Workbench> workbenches,
			Consumer<String> log) {
		this.arguments = arguments;
		this.orders = orders(arguments);
		this.mainClass = mainClass;
		this.workbenches = workbenches;
		this.log = log;
	}

	/** The orders that contenders are given. */
	public static Orders orders(Arguments arguments) {
		return Orders.of(arguments.data(), KEYS);
	}

	/**
	 * Runs a workload on a backend.
	 * @param folder where the servers and the logs are
	 * @return one for each variant
	 */
	public List<Result> run(Workload workload, String backend, List<Entrant> entrants, Path folder) {
		Map<Entrant, ContenderClient> clients = new LinkedHashMap<>();
		Function<Entrant, ContenderClient> starter = (entrant) -> ContenderClient.start(this.mainClass, entrant,
				folder.resolve("logs"));
		try (Workbench bench = this.workbenches.apply(backend, folder.resolve(backend + "-" + workload.label()));
				AtInterrupt servers = AtInterrupt.run(bench::close)) {
			Objects.requireNonNull(servers);
			if (workload != Workload.TAKEOVER && workload != Workload.MEMORY) {
				// Those are killed: each round has processes of its own.
				entrants.forEach((entrant) -> clients.put(entrant, starter.apply(entrant)));
			}
			return switch (workload) {
				case TAKEOVER -> List.of(takeovers(backend, bench, entrants, starter));
				case MEMORY -> memories(backend, bench, entrants, starter);
				case LATENCY -> latencies(backend, bench, clients);
				case PUBLISH -> publications(backend, bench, clients);
				case SCALE -> scales(backend, bench, clients);
				default -> List.of(backlog(workload, backend, bench, clients));
			};
		}
		finally {
			clients.values().forEach(ContenderClient::close);
		}
	}

	private Result takeovers(String backend, Workbench bench, List<Entrant> entrants,
			Function<Entrant, ContenderClient> starter) {
		this.log.accept("takeover on " + backend);
		Map<Entrant, Function<Entrant, ContenderClient>> starters = new LinkedHashMap<>();
		entrants.forEach((entrant) -> starters.put(entrant, starter));
		return result(Workload.TAKEOVER, backend, "", TakeoverRounds.events(),
				new TakeoverRounds(bench, this.orders, PARTITIONS, this.arguments.rounds(), this.log).run(starters));
	}

	private List<Result> memories(String backend, Workbench bench, List<Entrant> entrants,
			Function<Entrant, ContenderClient> starter) {
		int events = this.arguments.eventsOr(BACKLOG);
		this.log.accept("memory on " + backend + ", " + events + " events");
		return entrants.stream()
			.map((entrant) -> result(Workload.MEMORY, backend, entrant.name(), events,
					new MemoryRounds(bench, this.orders, PARTITIONS, this.arguments.rounds(), this.log).run(entrant,
							events, starter)))
			.toList();
	}

	private Result backlog(Workload workload, String backend, Workbench bench, Map<Entrant, ContenderClient> clients) {
		int events = this.arguments.eventsOr((workload == Workload.BLOCKING) ? BLOCKING_BACKLOG : BACKLOG);
		this.log.accept(workload.label() + " on " + backend + ", " + events + " events");
		return result(workload, backend, "", events,
				rounds(bench, this.orders, new BacklogRounds.Settings(workload.label(), workload,
						this.arguments.warmUps(), this.arguments.rounds(), events, PARTITIONS, 1, HANDLER_MILLIS, null),
						clients));
	}

	private List<Result> publications(String backend, Workbench bench, Map<Entrant, ContenderClient> clients) {
		List<Result> results = new ArrayList<>();
		for (Publication publication : Publication.of(backend)) {
			int events = this.arguments.eventsOr(publication.single() ? SINGLES : BACKLOG);
			this.log.accept("publish on " + backend + ", " + publication + ", " + events + " events");
			results.add(result(Workload.PUBLISH, backend, publication.toString(), events,
					rounds(bench, this.orders,
							new BacklogRounds.Settings("publish-" + publication.label(), Workload.PUBLISH,
									this.arguments.warmUps(), this.arguments.rounds(), events, PARTITIONS, 1,
									HANDLER_MILLIS, publication),
							clients)));
		}
		return results;
	}

	private List<Result> scales(String backend, Workbench bench, Map<Entrant, ContenderClient> clients) {
		int events = this.arguments.eventsOr(BACKLOG);
		ScaleRounds rounds = new ScaleRounds(bench, (keys) -> Orders.of(this.arguments.data(), keys),
				this.arguments.rounds(), this.log);
		List<Result> results = new ArrayList<>();
		for (Workload workload : List.of(Workload.TRANSFORM, Workload.STATE)) {
			List<Scale> others = Scale.others(workload, events);
			clients.forEach((entrant, client) -> {
				this.log.accept("scale of " + workload.label() + " on " + backend);
				results.add(new Result(Workload.SCALE, backend, workload.label(), events,
						rounds.run(entrant, client, Scale.usual(workload, events), others)));
			});
		}
		return results;
	}

	private Map<Entrant, List<Measured>> rounds(Workbench bench, Orders given, BacklogRounds.Settings settings,
			Map<Entrant, ContenderClient> clients) {
		BacklogRounds rounds = new BacklogRounds(bench, settings, given, this.log);
		Map<Entrant, List<Measured>> measured = rounds.run(clients);
		rounds.removeBacklogs();
		return measured;
	}

	private List<Result> latencies(String backend, Workbench bench, Map<Entrant, ContenderClient> clients) {
		List<Result> results = new ArrayList<>();
		for (int rate : RATES) {
			int seconds = seconds(rate);
			this.log.accept("latency on " + backend + " at " + rate + " events/s, " + seconds + " s");
			var rounds = new LatencyRounds(bench, this.orders,
					new LatencyRounds.Settings(this.arguments.rounds(), rate, seconds, PARTITIONS), this.log);
			results.add(result(Workload.LATENCY, backend, rate + " events/s", rate * seconds, rounds.run(clients)));
		}
		return results;
	}

	private int seconds(int rate) {
		if (this.arguments.events() > 0) {
			return Math.max(1, this.arguments.events() / rate);
		}
		return this.arguments.brief() ? BRIEF_SECONDS : SECONDS;
	}

	/** Compares what the contenders needed with what the baseline did. */
	public static Result result(Workload workload, String backend, String variant, int events,
			Map<Entrant, List<Measured>> measured) {
		@Nullable List<Measured> base = measured.entrySet()
			.stream()
			.filter((each) -> each.getKey().baselineOf().contains(workload))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
		return new Result(workload, backend, variant, events,
				measured.entrySet()
					.stream()
					.map((each) -> Outcome.of(each.getKey(), workload, each.getValue(), base))
					.toList());
	}

}
