package io.doab.stream.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.QueueStatus;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The management endpoint {@code streams}: where the streams are, which ones this
 * application reads and writes, and how each of its processors is. Asks the backend, so
 * it may take as long as that may.
 */
@Endpoint(id = "streams")
final class StreamsEndpoint {

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final StreamEngine engine;

	private final ProcessorLifecycle processors;

	private final GroupLags lags;

	StreamsEndpoint(StreamBackend backend, StreamCatalog catalog, StreamEngine engine, ProcessorLifecycle processors,
			GroupLags lags) {
		this.backend = backend;
		this.catalog = catalog;
		this.engine = engine;
		this.processors = processors;
		this.lags = lags;
	}

	@ReadOperation
	Overview streams() {
		BackendStatus status = this.backend.status();
		List<ProcessorDefinition> definitions = this.processors.started();
		return new Overview(new Backend(this.backend.name(), status.up(), status.details(), status.warnings()), Stream
			.concat(definitions.stream()
				.flatMap((definition) -> Stream.concat(definition.inputs().keySet().stream(),
						definition.outputs().stream())),
					this.lags.queues()
						.stream()
						.flatMap((queue) -> Stream.concat(queue.inputs().keySet().stream(), queue.outputs().stream())))
			.distinct()
			.sorted()
			.map((name) -> described(this.catalog.definition(name)))
			.toList(), this.engine.statuses().stream().map((processor) -> described(processor, definitions)).toList(),
				this.engine.queueStatuses().stream().map(this::described).toList());
	}

	private static KnownStream described(StreamDefinition stream) {
		return new KnownStream(stream.name(), stream.partitions(), stream.retention());
	}

	private Processor described(ProcessorStatus status, List<ProcessorDefinition> definitions) {
		ProcessorDefinition definition = definitions.stream()
			.filter((candidate) -> candidate.name().equals(status.name()))
			.findFirst()
			.orElseThrow();
		return new Processor(status.name(), status.state(), status.reason(), new TreeSet<>(status.partitions()),
				status.inFlightEvents(), status.parkedEvents(), new TreeSet<>(definition.inputs().keySet()),
				new TreeSet<>(definition.outputs()), this.lags.of(status.name()));
	}

	private Queue described(QueueStatus status) {
		QueueDefinition definition = this.lags.queues()
			.stream()
			.filter((candidate) -> candidate.name().equals(status.name()))
			.findFirst()
			.orElseThrow();
		return new Queue(status.name(), status.state(), status.reason(), status.inFlightEvents(), status.redeliveries(),
				status.released(), status.lostDeliveries(), status.droppedEvents(),
				new TreeSet<>(definition.inputs().keySet()), new TreeSet<>(definition.outputs()),
				this.lags.of(status.name()));
	}

	/** The answer. */
	record Overview(Backend backend, List<KnownStream> streams, List<Processor> processors, List<Queue> queues) {
	}

	/**
	 * A queue, and its consumer here.
	 *
	 * @param reason why it is not running
	 * @param lag events of each input that nobody has acknowledged
	 */
	record Queue(String name, ProcessorStatus.State state, @Nullable String reason, int inFlightEvents,
			long redeliveries, long released, long lostDeliveries, long droppedEvents, Set<String> inputs,
			Set<String> outputs, Map<String, Long> lag) {
	}

	/** Where the streams are. */
	record Backend(String name, boolean up, Map<String, String> details, List<String> warnings) {
	}

	/** A stream as this application defines it. */
	record KnownStream(String name, int partitions, Duration retention) {
	}

	/**
	 * A processor.
	 *
	 * @param reason why it is not running
	 * @param partitions what it owns here
	 * @param lag events of each input that its group has not done, over all its members
	 */
	record Processor(String name, ProcessorStatus.State state, @Nullable String reason, Set<Integer> partitions,
			int inFlightEvents, int parkedEvents, Set<String> inputs, Set<String> outputs, Map<String, Long> lag) {
	}

}
