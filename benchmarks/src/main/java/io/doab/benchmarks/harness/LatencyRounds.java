package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rounds at a steady rate. Events are sent when it is their time, whether or not those
 * before have arrived (open loop), and how long one took is counted from when it was to
 * be sent: a stall of the system, or of the sender, is in the figures of all events that
 * it held up. The same process sends and receives, by one clock.
 */
final class LatencyRounds {

	private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(1);

	private final Workbench bench;

	private final Orders orders;

	private final Settings settings;

	private final Consumer<String> log;

	LatencyRounds(Workbench bench, Orders orders, Settings settings, Consumer<String> log) {
		this.bench = bench;
		this.orders = orders;
		this.settings = settings;
		this.log = log;
	}

	/**
	 * Runs all rounds.
	 * @throws UnsoundRunException when an event was lost or doubled
	 */
	Map<Entrant, List<Measured>> run(Map<Entrant, ContenderClient> contenders) {
		return Rounds.inTurn(1, this.settings.rounds(), contenders, this::run);
	}

	private Measured run(Entrant entrant, ContenderClient client, int round) {
		int warming = this.settings.rate();
		int events = warming + this.settings.rate() * this.settings.seconds();
		String group = "latency-" + this.settings.rate() + "-" + entrant.name() + "-" + round;
		Task task = new Task(Workload.LATENCY, entrant.backend(), this.bench.address(), group, group + ".in",
				group + ".out", this.settings.partitions(), 1, events, this.orders.keys(), 0, 1, this.bench.pids(),
				null);
		this.bench.create(task.input(), task.partitions());
		this.bench.create(task.output(), task.partitions());
		Flight flight = new Flight(events, warming);
		Measured used;
		try (AutoCloseable sink = this.bench.sink(task.output(), task.partitions(), flight::arrived);
				Workbench.Sender sender = this.bench.sender(task.input(), task.partitions(), this.orders)) {
			if (sink == null) {
				throw new IllegalStateException("Nobody reads " + task.output());
			}
			// What it takes to join is over when the first event is through.
			sender.send(0);
			client.begin(task);
			Pause.until("the first event is through", ARRIVAL_LIMIT, () -> flight.arrived() > 0);
			flight.send(sender, 1, warming, this.settings.rate());
			client.mark();
			flight.send(sender, warming, events, this.settings.rate());
			Pause.until("all events are through", ARRIVAL_LIMIT, () -> flight.arrived() >= events);
			used = client.stop();
		}
		catch (Exception ex) {
			throw (ex instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(ex);
		}
		this.bench.count(task).require(entrant.name() + " on " + entrant.backend() + ", round " + round + ",");
		this.bench.tidy(task);
		Measured once = new Measured(events - warming, used.usage(), null, flight.latency(), null);
		tell(entrant, once, round);
		return once;
	}

	private void tell(Entrant entrant, Measured once, int round) {
		Measured.Latency latency = once.latency();
		if (latency != null) {
			this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s p50 %,.0f µs, p99 %,.0f µs, p99.9 %,.0f µs",
					Rounds.label(round), entrant.name(), latency.p50(), latency.p99(), latency.p999()));
		}
	}

	/**
	 * How the rounds are run.
	 *
	 * @param rounds that are measured
	 * @param rate events a second
	 * @param seconds how long a round lasts, after one second that does not count
	 */
	record Settings(int rounds, int rate, int seconds, int partitions) {

	}

}
