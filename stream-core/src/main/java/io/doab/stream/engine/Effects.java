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

/**
 * What handlers did and no commit holds yet: of one handler while it runs, of many while
 * a commit is gathered.
 */
final class Effects {

	final List<Append> appends = new ArrayList<>();

	/** The last value of each entry; empty removes it. */
	final Map<StateKey, Optional<byte[]>> states = new LinkedHashMap<>();

	/** The last due time of each timer; empty clears it. */
	final Map<TimerKey, Optional<Instant>> timers = new LinkedHashMap<>();

	void addAll(Effects other) {
		this.appends.addAll(other.appends);
		this.states.putAll(other.states);
		this.timers.putAll(other.timers);
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
