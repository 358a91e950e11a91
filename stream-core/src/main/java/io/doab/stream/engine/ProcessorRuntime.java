package io.doab.stream.engine;

import java.net.URI;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;

/**
 * What all partitions of one processor share.
 *
 * @param source that of the events that it emits
 * @param maxInFlightEvents how many events of a partition are fetched and not yet
 * committed, at most
 * @param room what all of them may have in flight together
 */
record ProcessorRuntime(ProcessorDefinition definition, URI source, int maxInFlightEvents, MemberRoom room,
		EventCodec codec, BackendPublisher.Partitions partitions, LaneExecutor scheduler, SoloTurns soloTurns,
		EngineTime time, ProcessorMetrics metrics) {

	/** The state in which the ids of events that may come twice are remembered. */
	static final String SEEN_STATE = StateKey.SEEN;

	/** The state in which events wait for their next attempt, under numbers. */
	static final String PARKED_STATE = StateKey.PARKED;

	/** What the timers are named after that end a state entry's time to live. */
	static final String EXPIRY_TIMER = TimerKey.EXPIRY_PREFIX;

	/** Of the events that a partition may have in flight, how many one read may bring. */
	private static final int FETCHES_IN_FLIGHT = 4;

	private static final int MAX_FETCH_EVENTS = 2_000;

	/**
	 * Creates it.
	 * @param suitedInFlight how many events in flight suit the backend: what holds when
	 * the definition does not say
	 */
	static ProcessorRuntime of(ProcessorDefinition definition, int suitedInFlight, EventCodec codec,
			BackendPublisher.Partitions partitions, LaneExecutor scheduler, SoloTurns soloTurns, EngineTime time,
			ProcessorMetrics metrics) {
		Integer defined = definition.settings().maxInFlightEvents();
		int maxInFlight = (defined != null) ? defined : suitedInFlight;
		return new ProcessorRuntime(definition, URI.create("urn:doab:" + definition.name()), maxInFlight,
				new MemberRoom(maxInFlight, Runtime.getRuntime().maxMemory()), codec, partitions, scheduler, soloTurns,
				time, metrics);
	}

	/** How many events of a partition one read may bring. */
	int maxFetchEvents() {
		return Math.clamp(this.maxInFlightEvents / FETCHES_IN_FLIGHT, 1, MAX_FETCH_EVENTS);
	}

	DeadLetters deadLetters() {
		return new DeadLetters(this.definition.name(), this.definition.inputs().keySet(), this.partitions, this.time,
				this.codec.maxEventBytes());
	}

}
