package io.doab.stream.test;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.doab.stream.Position;
import io.doab.stream.Timer;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * What is stored of a partition of the processor's group, whoever owns it.
 */
final class TestPartition {

	/** What the engine keeps for itself has names that processors cannot choose. */
	private static final String INTERNAL = "#";

	private static final Checkpoint BEGINNING = new Checkpoint(Position.ofOffset(-1), Set.of(), 0);

	private final int number;

	private final Map<String, Checkpoint> checkpoints = new LinkedHashMap<>();

	private final Map<StateKey, byte[]> states = new LinkedHashMap<>();

	private final Map<TimerKey, Instant> timers = new LinkedHashMap<>();

	private long epoch;

	TestPartition(int number) {
		this.number = number;
	}

	int number() {
		return this.number;
	}

	/** The epoch of another owner. */
	long nextEpoch() {
		return ++this.epoch;
	}

	Map<String, Checkpoint> checkpoints(Collection<String> inputs) {
		Map<String, Checkpoint> result = new LinkedHashMap<>();
		inputs.stream().sorted().forEach((input) -> result.put(input, checkpoint(input)));
		return result;
	}

	Checkpoint checkpoint(String input) {
		return this.checkpoints.getOrDefault(input, BEGINNING);
	}

	void apply(AtomicCommit commit) {
		this.checkpoints.putAll(commit.checkpoints());
		commit.states().forEach((change) -> put(this.states, change.key(), change.value()));
		commit.timers().forEach((change) -> put(this.timers, change.timer(), change.due()));
	}

	private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
		if (value != null) {
			map.put(key, value);
		}
		else {
			map.remove(key);
		}
	}

	byte @Nullable [] state(StateKey key) {
		return this.states.get(key);
	}

	/** All entries of one state. */
	Map<String, byte[]> states(String name) {
		Map<String, byte[]> all = new LinkedHashMap<>();
		this.states.forEach((key, value) -> {
			if (key.state().equals(name)) {
				all.put(key.key(), value);
			}
		});
		return all;
	}

	/** The timers that handlers set, by due time. */
	List<Timer> timers() {
		return entries().filter((entry) -> !entry.timer().name().startsWith(INTERNAL))
			.map((entry) -> new Timer(entry.timer().name(), entry.timer().key(), entry.due()))
			.toList();
	}

	DueTimers dueTimers(Instant now, int limit) {
		List<DueTimers.Entry> all = entries().toList();
		List<DueTimers.Entry> due = all.stream().filter((entry) -> !entry.due().isAfter(now)).limit(limit).toList();
		return new DueTimers(due, (all.size() > due.size()) ? all.get(due.size()).due() : null);
	}

	private Stream<DueTimers.Entry> entries() {
		return this.timers.entrySet()
			.stream()
			.map((timer) -> new DueTimers.Entry(timer.getKey(), timer.getValue()))
			.sorted(Comparator.comparing(DueTimers.Entry::due)
				.thenComparing((entry) -> entry.timer().key())
				.thenComparing((entry) -> entry.timer().name()));
	}

}
