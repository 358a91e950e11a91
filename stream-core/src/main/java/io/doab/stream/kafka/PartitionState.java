package io.doab.stream.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * The committed state and timers of one partition of a group, in memory. Safe for use by
 * many threads.
 */
final class PartitionState {

	private final Map<StateKey, byte[]> values = new ConcurrentHashMap<>();

	private final Map<TimerKey, Instant> timers = new HashMap<>();

	private final TreeSet<DueTimers.Entry> byDue = new TreeSet<>(Comparator.comparing(DueTimers.Entry::due)
		.thenComparing((entry) -> entry.timer().name())
		.thenComparing((entry) -> entry.timer().key()));

	/** The stored done-sets by input. */
	private final Map<String, byte[]> done = new ConcurrentHashMap<>();

	/** The stored prefixes by input. */
	private final Map<String, Changelog.Prefix> prefixes = new ConcurrentHashMap<>();

	void put(StateKey key, byte @Nullable [] value) {
		if (value != null) {
			this.values.put(key, value);
		}
		else {
			this.values.remove(key);
		}
	}

	byte @Nullable [] get(StateKey key) {
		return this.values.get(key);
	}

	/** All entries of one state. */
	Map<String, byte[]> all(String state) {
		Map<String, byte[]> all = new HashMap<>();
		this.values.forEach((key, value) -> {
			if (key.state().equals(state)) {
				all.put(key.key(), value);
			}
		});
		return all;
	}

	synchronized void set(TimerKey timer, @Nullable Instant due) {
		Instant before = (due != null) ? this.timers.put(timer, due) : this.timers.remove(timer);
		if (before != null) {
			this.byDue.remove(new DueTimers.Entry(timer, before));
		}
		if (due != null) {
			this.byDue.add(new DueTimers.Entry(timer, due));
		}
	}

	/** Whether clearing the timer changes anything. */
	synchronized boolean has(TimerKey timer) {
		return this.timers.containsKey(timer);
	}

	void done(String input, byte @Nullable [] value) {
		if (value != null) {
			this.done.put(input, value);
		}
		else {
			this.done.remove(input);
		}
	}

	byte @Nullable [] done(String input) {
		return this.done.get(input);
	}

	void prefix(String input, Changelog.@Nullable Prefix prefix) {
		if (prefix != null) {
			this.prefixes.put(input, prefix);
		}
		else {
			this.prefixes.remove(input);
		}
	}

	Changelog.@Nullable Prefix prefix(String input) {
		return this.prefixes.get(input);
	}

	Map<String, Changelog.Prefix> prefixes() {
		return Map.copyOf(this.prefixes);
	}

	synchronized DueTimers due(Instant now, int limit) {
		List<DueTimers.Entry> due = new ArrayList<>();
		for (DueTimers.Entry entry : this.byDue) {
			if (entry.due().isAfter(now) || due.size() == limit) {
				return new DueTimers(due, entry.due());
			}
			due.add(entry);
		}
		return new DueTimers(due, null);
	}

	/** The commit that removes what a reset does. */
	synchronized AtomicCommit resetting(PartitionReset reset) {
		List<StateChange> removed = this.values.keySet()
			.stream()
			.filter((key) -> reset.clears().test(key.state()))
			.map((key) -> new StateChange(key, null))
			.toList();
		List<TimerChange> cleared = reset.clearsTimers()
				? this.timers.keySet().stream().map((timer) -> new TimerChange(timer, null)).toList() : List.of();
		return new AtomicCommit(reset.checkpoints(), List.of(), removed, cleared);
	}

	/** Applies what a transaction has committed. */
	void apply(AtomicCommit commit) {
		commit.states().forEach((change) -> put(change.key(), change.value()));
		commit.timers().forEach((change) -> set(change.timer(), change.due()));
	}

}
