package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ProcessorInput;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * Makes the works of a partition out of what was fetched, came due or was parked: with
 * the state entries that they may read, and examined by the partition's gate. Belongs to
 * the lock of its partition.
 */
final class Works {

	private final ProcessorDefinition definition;

	private final int partition;

	private final StartGate gate;

	private final String[] states;

	Works(ProcessorDefinition definition, int partition, StartGate gate) {
		this.definition = definition;
		this.partition = partition;
		this.gate = gate;
		this.states = definition.states().keySet().toArray(String[]::new);
	}

	Work.EventWork ofEvent(ProcessorInput<?> input, StreamRecord record, InputProgress.@Nullable Entry entry) {
		Work.EventWork work = new Work.EventWork(input, record, entry);
		work.states = statesOf(record.event().key());
		if (this.definition.deduplication() != null
				&& record.event().attributes().containsKey(ProcessorDefinition.DEDUPLICATE_HEADER)) {
			work.seen = new StateKey(ProcessorRuntime.SEEN_STATE,
					EventCodec.id(new StreamPartition(input.stream(), this.partition), record));
			List<StateKey> withSeen = new ArrayList<>(work.states);
			withSeen.add(work.seen);
			work.states = withSeen;
		}
		this.gate.examine(work);
		return work;
	}

	Work.TimerWork ofTimer(DueTimers.Entry due) {
		Work.TimerWork work = new Work.TimerWork(due.timer(), due.due());
		work.states = statesOf(due.timer().key());
		this.gate.examine(work);
		return work;
	}

	/** A parked event that was read again. It runs alone, as the first of its lane. */
	Work.EventWork ofParked(ParkedQueue.Entry parked, ParkedEvent event) {
		ProcessorInput<?> input = this.definition.inputs().get(event.stream());
		Work.EventWork work = ofEvent(
				(input != null) ? input : Parking.formerInput(this.definition.name(), event.stream()), event.record(),
				null);
		work.parked = parked;
		work.attempts = event.attempts();
		work.firstFailure = event.firstFailure();
		work.together = 1;
		return work;
	}

	private List<StateKey> statesOf(@Nullable String key) {
		if (key == null || this.states.length == 0) {
			return List.of();
		}
		StateKey[] keys = new StateKey[this.states.length];
		for (int i = 0; i < keys.length; i++) {
			keys[i] = new StateKey(this.states[i], key);
		}
		return List.of(keys);
	}

}
