package io.doab.stream.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.doab.stream.spi.Append;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * What handlers did and no commit holds yet: of one handler while it runs, of many while
 * a commit is gathered.
 */
final class Effects {

	final List<Append> appends = new ArrayList<>(1);

	/** Most handlers have nothing for these. */
	private Map<StateKey, Optional<byte[]>> states = Map.of();

	private Map<TimerKey, Optional<Instant>> timers = Map.of();

	/** Puts a state entry, or removes it; the last word counts. */
	void state(StateKey key, byte @Nullable [] value) {
		if (this.states.isEmpty()) {
			this.states = new LinkedHashMap<>();
		}
		this.states.put(key, Optional.ofNullable(value));
	}

	/** Sets a timer, or clears it; the last word counts. */
	void timer(TimerKey timer, @Nullable Instant due) {
		if (this.timers.isEmpty()) {
			this.timers = new LinkedHashMap<>();
		}
		this.timers.put(timer, Optional.ofNullable(due));
	}

	/** The last value of each entry; empty removes it. */
	Map<StateKey, Optional<byte[]>> states() {
		return this.states;
	}

	/** The last due time of each timer; empty clears it. */
	Map<TimerKey, Optional<Instant>> timers() {
		return this.timers;
	}

	/**
	 * One by one: as a rule there is one, of which the list's own would make an array.
	 */
	void addAll(Effects other) {
		for (Append append : other.appends) {
			this.appends.add(append);
		}
		other.states.forEach((key, value) -> state(key, value.orElse(null)));
		other.timers.forEach((timer, due) -> timer(timer, due.orElse(null)));
	}

	List<StateChange> stateChanges() {
		List<StateChange> changes = new ArrayList<>(this.states.size());
		this.states.forEach((key, value) -> changes.add(new StateChange(key, value.orElse(null))));
		return changes;
	}

	List<TimerChange> timerChanges() {
		List<TimerChange> changes = new ArrayList<>(this.timers.size());
		this.timers.forEach((timer, due) -> changes.add(new TimerChange(timer, due.orElse(null))));
		return changes;
	}

}
