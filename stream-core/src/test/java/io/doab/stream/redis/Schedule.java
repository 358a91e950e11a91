package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * One course of events of a group, all of it drawn from a seed: its members, the network,
 * what goes wrong and when. After some time nothing goes wrong any more, and within a
 * bound all must be well.
 */
final class Schedule {

	static final long MILLISECOND = 1_000_000;

	static final long LEASE = 6_000 * MILLISECOND;

	static final long COMMAND_TIMEOUT = 5_000 * MILLISECOND;

	/** Between attempts to connect. */
	static final long SHORTEST_PAUSE = 50 * MILLISECOND;

	static final long LONGEST_PAUSE = 2_000 * MILLISECOND;

	/** By how much clocks of members run fast or slow, against the server's. */
	static final double DRIFT = 0.01;

	/**
	 * After the last fault everything is in order again after as long: what is left of
	 * members and leases that are gone, and some round trips.
	 */
	static final long BOUND = LEASE + LEASE / 4;

	private final long seed;

	private final @Nullable Broken broken;

	private final @Nullable List<String> lines;

	private final SplittableRandom random;

	private final VirtualTime time = new VirtualTime();

	private final Counts counts = new Counts();

	private final int partitions;

	private final List<SimulatedMember> members = new ArrayList<>();

	private final Invariants invariants = new Invariants(this);

	private final Weather weather;

	private SimulatedServer server;

	private long lastNumber;

	private long lastMove;

	/** When the faults are over. */
	private final long calm;

	private String decoded = "";

	private Assignment assignment = Assignment.NONE;

	private Schedule(long seed, @Nullable Broken broken, boolean traced) {
		this.seed = seed;
		this.broken = broken;
		this.lines = traced ? new ArrayList<>() : null;
		this.random = new SplittableRandom(seed);
		this.partitions = 1 + this.random.nextInt(4);
		this.calm = LEASE * 2 + this.random.nextLong(3 * LEASE);
		this.weather = new Weather(this);
		this.server = new SimulatedServer(this);
	}

	/**
	 * What came of a schedule.
	 *
	 * @param violation the invariant that does not hold, or null
	 * @param unrest how long after the last fault something moved
	 * @param counts what it has met
	 * @param trace what happened, if it was to be noted
	 */
	record Result(long seed, @Nullable String violation, long unrest, Counts counts, List<String> trace) {
	}

	static Result run(long seed, @Nullable Broken broken) {
		return new Schedule(seed, broken, false).run();
	}

	/** The same again, noting what happens. */
	static Result trace(long seed, @Nullable Broken broken) {
		return new Schedule(seed, broken, true).run();
	}

	private Result run() {
		String violation = null;
		try {
			play();
		}
		catch (Violation ex) {
			violation = ex.getMessage();
		}
		catch (RuntimeException ex) {
			violation = "nothing fails: " + ex;
		}
		if (violation != null) {
			trace("", "%s", violation);
		}
		return new Result(this.seed, violation, this.lastMove - this.calm, this.counts,
				(this.lines != null) ? this.lines : List.of());
	}

	private void play() {
		Faults faults = new Faults(this);
		int first = 1 + this.random.nextInt(4);
		for (int i = 0; i < first; i++) {
			this.time.at(this.random.nextBoolean() ? 0 : this.random.nextLong(LEASE), faults::join);
		}
		faults.plan(this.calm);
		this.time.runUntil(this.calm);
		trace("", "from here on nothing goes wrong");
		endFaults(faults);
		this.time.runUntil(this.calm + BOUND);
		this.invariants.settled();
		long moved = this.lastMove;
		int commits = this.counts.of(Happening.COMMIT);
		this.time.runUntil(this.calm + BOUND + LEASE);
		this.invariants.settled();
		if (this.lastMove != moved) {
			throw new Violation("nothing moves any more");
		}
		if (this.counts.of(Happening.COMMIT) < commits + this.partitions) {
			throw new Violation("owners commit");
		}
	}

	private void endFaults(Faults faults) {
		for (SimulatedMember member : this.members) {
			Connection connection = member.link().connection();
			if (connection != null && connection.isSilent() && member.isAlive()) {
				connection.breakOff();
			}
		}
		if (this.members.stream().noneMatch((member) -> member.isAlive() && !member.isLeaving())) {
			faults.join();
		}
	}

	void join() {
		SimulatedMember member = new SimulatedMember(this, "m" + this.members.size());
		count(Happening.JOIN);
		trace(member.name(), "joins");
		this.members.add(member);
		member.start();
	}

	void replaceServer(SimulatedServer next) {
		this.server = next;
	}

	int partitions() {
		return this.partitions;
	}

	@Nullable Broken broken() {
		return this.broken;
	}

	SplittableRandom random() {
		return this.random;
	}

	VirtualTime time() {
		return this.time;
	}

	SimulatedServer server() {
		return this.server;
	}

	List<SimulatedMember> members() {
		return this.members;
	}

	Invariants invariants() {
		return this.invariants;
	}

	/** For whatever is to be told from all else. */
	long nextNumber() {
		return ++this.lastNumber;
	}

	Assignment decode(String text) {
		if (!text.equals(this.decoded)) {
			this.assignment = Assignment.decode(text);
			this.decoded = text;
		}
		return this.assignment;
	}

	Weather weather() {
		return this.weather;
	}

	boolean isCalm() {
		return this.time.now() >= this.calm;
	}

	/** As much of a time as is over before the faults are. */
	long beforeCalm(long delay) {
		return Math.clamp(delay, 0, Math.max(0, this.calm - this.time.now()));
	}

	// What is noted.

	void count(Happening happening) {
		this.counts.add(happening);
		if (happening == Happening.ACQUISITION || happening == Happening.ASSIGNMENT) {
			this.lastMove = this.time.now();
		}
	}

	@SuppressWarnings("AnnotateFormatMethod")
	void trace(String who, String format, @Nullable Object... words) {
		if (this.lines != null) {
			this.lines.add(String.format(Locale.ROOT, "%9.3f s  %-6s  %s", this.time.now() / 1e9, who,
					String.format(Locale.ROOT, format, words)));
		}
	}

}
