package io.doab.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.doab.local.ServiceInstance;

/**
 * Kills, stops and pauses instances at random, and brings them back. One is left well at
 * any time. Belongs to one thread.
 */
final class SoakFaults {

	/** What a member may be silent without losing its partitions, on both backends. */
	private static final Duration LEASE = Duration.ofSeconds(6);

	private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

	private final Random random;

	private final List<Victim> victims;

	private final Consumer<String> log;

	private final List<String> problems = new ArrayList<>();

	private long nextNanos;

	private int kills;

	private int stops;

	private int pauses;

	/**
	 * Faults of some instances.
	 * @param log is told each, as it is done
	 */
	SoakFaults(List<ServiceInstance> instances, long seed, Consumer<String> log) {
		this.random = new Random(seed);
		this.log = log;
		this.victims = instances.stream().map(Victim::new).toList();
		this.nextNanos = System.nanoTime() + seconds(1, 4);
	}

	/** Does what is due. To be called often. */
	void tick() {
		this.victims.forEach(this::bringBack);
		if (System.nanoTime() < this.nextNanos) {
			return;
		}
		List<Victim> well = this.victims.stream().filter((victim) -> victim.state == State.WELL).toList();
		if (well.size() > 1) {
			harm(well.get(this.random.nextInt(well.size())));
			this.nextNanos = System.nanoTime() + seconds(1, 6);
		}
	}

	private void harm(Victim victim) {
		switch (this.random.nextInt(3)) {
			case 0 -> {
				this.kills++;
				victim.instance.kill();
				victim.away(State.DOWN, seconds(0, 9));
				tell("kill", victim);
			}
			case 1 -> {
				this.stops++;
				victim.away(State.STOPPING, seconds(0, 5));
				victim.beginStop();
				tell("stop", victim);
			}
			default -> {
				this.pauses++;
				victim.instance.pause();
				victim.away(State.PAUSED, LEASE.toNanos() + seconds(1, 6));
				tell("pause", victim);
			}
		}
	}

	private void bringBack(Victim victim) {
		boolean due = System.nanoTime() >= victim.backNanos;
		switch (victim.state) {
			case WELL -> requireAlive(victim);
			case STOPPING -> {
				if (!victim.stopping.isAlive()) {
					requireQuickStop(victim);
					victim.away(State.DOWN, victim.downNanos);
				}
			}
			case DOWN -> {
				if (due) {
					victim.instance.start();
					tell("start", victim);
					victim.state = State.RETURNING;
				}
			}
			case PAUSED -> {
				if (due) {
					victim.instance.resume();
					tell("resume", victim);
					victim.state = State.RETURNING;
				}
			}
			case RETURNING -> {
				requireAlive(victim);
				if (victim.instance.isHealthy()) {
					victim.state = State.WELL;
					tell("well again:", victim);
				}
			}
		}
	}

	private void tell(String what, Victim victim) {
		this.log.accept(what + " " + victim.instance.label());
	}

	private void requireAlive(Victim victim) {
		if (!victim.instance.isAlive()) {
			this.problems.add(victim.instance.label() + " ended, and nobody had asked it to");
			victim.away(State.DOWN, 0);
		}
	}

	private void requireQuickStop(Victim victim) {
		Duration took = Duration.ofNanos(System.nanoTime() - victim.stopNanos);
		if (took.compareTo(LONGEST_STOP) > 0) {
			this.problems.add(victim.instance.label() + " took " + took.toSeconds() + " s to stop");
		}
	}

	/** Does no more harm. True when all are well again: to be called until then. */
	boolean mend() {
		this.victims.forEach((victim) -> {
			victim.downNanos = 0;
			victim.backNanos = System.nanoTime();
			bringBack(victim);
		});
		return this.victims.stream().allMatch((victim) -> victim.state == State.WELL);
	}

	int kills() {
		return this.kills;
	}

	int stops() {
		return this.stops;
	}

	int pauses() {
		return this.pauses;
	}

	/** What instances did that nobody made them do. */
	List<String> problems() {
		return List.copyOf(this.problems);
	}

	private long seconds(int from, int to) {
		return TimeUnit.MILLISECONDS.toNanos(this.random.nextInt(1_000 * from, 1_000 * to));
	}

	/** How an instance is. */
	private enum State {

		WELL, STOPPING, DOWN, PAUSED, RETURNING

	}

	/** An instance and what is done to it. */
	private static final class Victim {

		private final ServiceInstance instance;

		private State state = State.WELL;

		private Thread stopping = Thread.ofVirtual().unstarted(() -> {
		});

		private long stopNanos;

		private long downNanos;

		private long backNanos;

		private Victim(ServiceInstance instance) {
			this.instance = instance;
		}

		private void away(State how, long nanos) {
			this.state = how;
			this.downNanos = nanos;
			this.backNanos = System.nanoTime() + nanos;
		}

		private void beginStop() {
			this.stopNanos = System.nanoTime();
			this.stopping = Thread.ofVirtual().start(this.instance::stop);
		}

	}

}
