package io.doab.cli;

import java.time.Clock;
import java.util.List;

import io.doab.stream.DeadLetterQueue;
import io.doab.stream.EventPublisher;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamReader;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * What a command does its work with. A stream has the partitions here that it has at the
 * server; none is created.
 */
final class Streams implements AutoCloseable {

	private final StreamBackend backend;

	Streams(StreamBackend backend) {
		this.backend = backend;
	}

	StreamReader reader() {
		return engine(List.of()).reader();
	}

	StreamAdmin admin() {
		return engine(List.of()).admin();
	}

	/**
	 * The dead letters of streams as they are.
	 * @param maxRedrives how often one may be given back
	 */
	DeadLetterQueue deadLetters(int maxRedrives) {
		return engine(this.backend.admin()
			.logs()
			.partitions()
			.entrySet()
			.stream()
			.map((stream) -> StreamDefinition.of(stream.getKey()).withPartitions(stream.getValue()))
			.toList()).deadLetters(maxRedrives);
	}

	/**
	 * Publishes to a stream that is there.
	 * @throws FatalStreamException when it is not
	 */
	EventPublisher publisher(String stream) {
		int partitions = this.backend.reader()
			.partitions(stream)
			.orElseThrow(() -> new FatalStreamException("There is no stream '" + stream + "' in " + this.backend.name()
					+ ". A stream is made when an application declares it", null));
		return engine(List.of(StreamDefinition.of(stream).withPartitions(partitions))).publisher();
	}

	private StreamEngine engine(List<StreamDefinition> streams) {
		StreamCatalog catalog = new StreamCatalog(this.backend, streams, StreamDefinition.of("default"));
		return new StreamEngine(this.backend, catalog, new JsonPayloadCodec(), EngineTime.system(Clock.systemUTC()),
				(name) -> ProcessorMetrics.none());
	}

	@Override
	public void close() {
		this.backend.close();
	}

}
