package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.HdrHistogram.Histogram;

/**
 * Rounds at a steady rate. Events are sent when it is their time, whether or not those
 * before have arrived (open loop), and how long one took is counted from when it was to
 * be sent: a stall of the system, or of the sender, is in the figures of all events that
 * it held up. The same process sends and receives, by one clock.
 */
final class LatencyRounds {

	private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(1);

	private static final double NANOS_PER_MICRO = 1e3;

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
		return Rounds.inTurn(this.settings.rounds(), contenders, this::run);
	}

	private Measured run(Entrant entrant, ContenderClient client, int round) {
		int warming = this.settings.rate();
		int events = warming + this.settings.rate() * this.settings.seconds();
		String group = "latency-" + this.settings.rate() + "-" + entrant.name() + "-" + round;
		Task task = new Task(Workload.LATENCY, entrant.backend(), this.bench.address(), group, group + ".in",
				group + ".out", this.settings.partitions(), events, this.orders.keys(), 0, 1, this.bench.pids(), null);
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
			Pause.until("the first event is through", ARRIVAL_LIMIT, () -> flight.arrived.get() > 0);
			send(sender, flight, client, events, warming);
			Pause.until("all events are through", ARRIVAL_LIMIT, () -> flight.arrived.get() >= events);
			used = client.stop();
		}
		catch (Exception ex) {
			throw (ex instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(ex);
		}
		this.bench.count(task).require(entrant.name() + " on " + entrant.backend() + ", round " + round + ",");
		this.bench.tidy(task);
		Measured once = new Measured(events - warming, used.usage(), null, flight.latency());
		tell(entrant, once, round);
		return once;
	}

	private void send(Workbench.Sender sender, Flight flight, ContenderClient client, int events, int warming) {
		double interval = 1e9 / this.settings.rate();
		long began = System.nanoTime();
		for (int number = 1; number < events; number++) {
			if (number == warming) {
				client.mark();
				// Asking took its time, which is nobody's fault.
				began = System.nanoTime() - (long) (number * interval);
			}
			long due = began + (long) (number * interval);
			while (System.nanoTime() < due) {
				LockSupport.parkNanos(due - System.nanoTime());
			}
			flight.due.set(number, due);
			sender.send(number);
		}
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

	/** Events on their way. The sink's thread records, the sender's thread waits. */
	private static final class Flight {

		private final AtomicLongArray due;

		private final int warming;

		private final AtomicInteger arrived = new AtomicInteger();

		private final Histogram histogram = new Histogram(3);

		Flight(int events, int warming) {
			this.due = new AtomicLongArray(events);
			this.warming = warming;
		}

		void arrived(int number) {
			long now = System.nanoTime();
			if (number >= this.warming) {
				this.histogram.recordValue(Math.max(0, now - this.due.get(number)));
			}
			this.arrived.incrementAndGet();
		}

		Measured.Latency latency() {
			return new Measured.Latency(percentile(50), percentile(99), percentile(99.9),
					this.histogram.getMaxValue() / NANOS_PER_MICRO);
		}

		private double percentile(double percentile) {
			return this.histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
		}

	}

}
