package io.doab.stream.engine;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;

/**
 * What all partitions of one processor share.
 */
record ProcessorRuntime(ProcessorDefinition definition, EventCodec codec, BackendPublisher.Partitions partitions,
		LaneExecutor scheduler, SoloTurns soloTurns, EngineTime time, ProcessorMetrics metrics) {

	/** The state in which the ids of events that may come twice are remembered. */
	static final String SEEN_STATE = StateKey.SEEN;

	/** The state in which events wait for their next attempt, under numbers. */
	static final String PARKED_STATE = StateKey.PARKED;

	/** What the timers are named after that end a state entry's time to live. */
	static final String EXPIRY_TIMER = TimerKey.EXPIRY_PREFIX;

	DeadLetters deadLetters() {
		return new DeadLetters(this.definition.name(), this.definition.inputs().keySet(), this.time,
				this.codec.maxEventBytes());
	}

}
