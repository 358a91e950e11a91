package io.doab.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.doab.stream.DeadLetterQueue;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * A connection for one command.
 */
final class Session implements AutoCloseable {

	private final StreamBackend backend;

	Session(StreamBackend backend) {
		this.backend = backend;
	}

	StreamAdmin admin() {
		return engine(Map.of()).admin();
	}

	/** Of streams as they are, whoever defined them. */
	DeadLetterQueue deadLetters(int maxRedrives) {
		return engine(this.backend.admin().logs().partitions()).deadLetters(maxRedrives);
	}

	private StreamEngine engine(Map<String, Integer> partitions) {
		List<StreamDefinition> known = partitions.entrySet()
			.stream()
			.map((stream) -> new StreamDefinition(stream.getKey(), stream.getValue(), Duration.ofDays(36_500), 0))
			.toList();
		return new StreamEngine(this.backend, new StreamCatalog(this.backend, known, StreamDefinition.of("default")),
				new JsonPayloadCodec(), EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());
	}

	@Override
	public void close() {
		this.backend.close();
	}

}
