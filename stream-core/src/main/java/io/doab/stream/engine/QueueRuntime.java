package io.doab.stream.engine;

import io.doab.stream.QueueDefinition;
import io.doab.stream.observe.ProcessorMetrics;

/**
 * What all deliveries of one queue share.
 */
record QueueRuntime(QueueDefinition definition, EventCodec codec, BackendPublisher.Partitions partitions,
		EngineTime time, ProcessorMetrics metrics) {

	String name() {
		return this.definition.name();
	}

	DeadLetters deadLetters() {
		return new DeadLetters(name(), this.definition.inputs().keySet(), this.partitions, this.time,
				this.codec.maxEventBytes());
	}

}
