package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Rounds in which a group has two members, each a process, and one of them is killed
 * while events come at a steady rate. How long an event took is counted as for
 * {@link LatencyRounds}, of those that were due from shortly before the kill on: the
 * longest is what its partition stood still.
 */
final class TakeoverRounds {

	private static final Duration JOIN_LIMIT = Duration.ofMinutes(1);

	private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(3);

	/** Events a second over all partitions. */
	private static final int RATE = 300;

	/** Until both members have their share and do their part. */
	private static final int SETTLING_SECONDS = 10;

	private static final int SECONDS_BEFORE = 1;

	private static final int SECONDS_AFTER = 20;

	private final Workbench bench;

	private final Orders orders;

	private final int partitions;

	private final int rounds;

	private final Consumer<String> log;

	TakeoverRounds(Workbench bench, Orders orders, int partitions, int rounds, Consumer<String> log) {
		this.bench = bench;
		this.orders = orders;
		this.partitions = partitions;
		this.rounds = rounds;
		this.log = log;
	}

	/** How many events of a round count. */
	static int events() {
		return RATE * (SECONDS_BEFORE + SECONDS_AFTER);
	}

	/**
	 * Runs all rounds.
	 * @param contenders each with what starts a process of it
	 * @throws UnsoundRunException when an event was lost or doubled
	 */
	Map<Entrant, List<Measured>> run(Map<Entrant, Function<Entrant, ContenderClient>> contenders) {
		return Rounds.inTurn(1, this.rounds, contenders, this::run);
	}

	private Measured run(Entrant entrant, Function<Entrant, ContenderClient> starter, int round) {
		int settled = RATE * SETTLING_SECONDS;
		int events = settled + events();
		String group = "takeover-" + entrant.name() + "-" + round;
		Task task = new Task(Workload.TAKEOVER, entrant.backend(), this.bench.address(), group, group + ".in",
				group + ".out", this.partitions, 1, events, this.orders.keys(), 0, 1, this.bench.pids(), null);
		this.bench.create(task.input(), task.partitions());
		this.bench.create(task.output(), task.partitions());
		Flight flight = new Flight(events, settled);
		Measured used;
		try (ContenderClient dies = starter.apply(entrant);
				ContenderClient stays = starter.apply(entrant);
				AutoCloseable sink = this.bench.sink(task.output(), task.partitions(), flight::arrived);
				Workbench.Sender sender = this.bench.sender(task.input(), task.partitions(), this.orders)) {
			if (sink == null) {
				throw new IllegalStateException("Nobody reads " + task.output());
			}
			sender.send(0);
			dies.begin(task);
			stays.begin(task);
			Pause.until("the first event is through", JOIN_LIMIT, () -> flight.arrived() > 0);
			flight.send(sender, 1, settled, RATE);
			stays.mark();
			int killed = settled + RATE * SECONDS_BEFORE;
			flight.send(sender, settled, killed, RATE);
			dies.kill();
			flight.send(sender, killed, events, RATE);
			Pause.until("all events are through", ARRIVAL_LIMIT, () -> flight.arrived() >= events);
			used = stays.stop();
		}
		catch (Exception ex) {
			throw (ex instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(ex);
		}
		this.bench.count(task).require(entrant.name() + " on " + entrant.backend() + ", round " + round + ",");
		this.bench.tidy(task);
		Measured.Latency latency = flight.latency();
		this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s longest %,.0f ms", Rounds.label(round), entrant.name(),
				latency.most() / 1_000));
		return new Measured(events(), used.usage(), null, latency, null);
	}

}
