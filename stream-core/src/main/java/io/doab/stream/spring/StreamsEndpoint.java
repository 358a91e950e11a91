package io.doab.stream.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.doab.stream.ProcessorControl;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.QueueStatus;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The management endpoint {@code streams}: where the streams are, which ones this
 * application reads and writes, and how each of its processors is; by name, any stream
 * and any group of the backend. Asks the backend, so it may take as long as that may.
 *
 * <p>
 * What changes something is there only with
 * {@code management.endpoint.streams.access=unrestricted}.
 */
@Endpoint(id = "streams", defaultAccess = Access.READ_ONLY)
final class StreamsEndpoint {

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final StreamEngine engine;

	private final ProcessorLifecycle processors;

	private final GroupLags lags;

	private final StreamAdmin admin;

	private final ProcessorControl control;

	StreamsEndpoint(StreamBackend backend, StreamCatalog catalog, StreamEngine engine, ProcessorLifecycle processors,
			GroupLags lags, StreamAdmin admin, ProcessorControl control) {
		this.backend = backend;
		this.catalog = catalog;
		this.engine = engine;
		this.processors = processors;
		this.lags = lags;
		this.admin = admin;
		this.control = control;
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

	/**
	 * A stream or a group of the backend, or a processor of this application.
	 * @return null, which is answered as not found, when there is none of that name
	 */
	@ReadOperation
	@Nullable Object one(@Selector Subject subject, @Selector String name) {
		return switch (subject) {
			case STREAM -> this.admin.streams().contains(name) ? StreamAnswer.of(this.admin.describe(name)) : null;
			case GROUP ->
				this.admin.groups().names().contains(name) ? GroupAnswer.of(this.admin.groups().describe(name)) : null;
			case PROCESSOR -> streams().processors()
				.stream()
				.filter((processor) -> processor.name().equals(name))
				.findFirst()
				.orElse(null);
		};
	}

	/**
	 * Pauses or resumes a group in all processes, or a processor in this one.
	 * @param reason why a group is paused
	 */
	@WriteOperation
	void pause(@Selector Subject subject, @Selector String name, boolean paused, @Nullable String reason) {
		switch (subject) {
			case STREAM -> throw new InvalidEndpointRequestException("A stream cannot be paused: pause a group of it",
					"A stream cannot be paused");
			case GROUP -> pauseGroup(name, paused, (reason != null) ? reason : "by the management endpoint");
			case PROCESSOR -> pauseHere(name, paused);
		}
	}

	private void pauseGroup(String name, boolean paused, String reason) {
		if (!this.admin.groups().names().contains(name)) {
			throw unknown("group", name);
		}
		if (paused) {
			this.admin.groups().pause(name, reason);
		}
		else {
			this.admin.groups().resume(name);
		}
	}

	private void pauseHere(String name, boolean paused) {
		if (this.engine.statuses().stream().noneMatch((status) -> status.name().equals(name))) {
			throw unknown("processor", name);
		}
		if (paused) {
			this.control.pause(name);
		}
		else {
			this.control.resume(name);
		}
	}

	private static InvalidEndpointRequestException unknown(String subject, String name) {
		String message = "There is no " + subject + " '" + name + "'";
		return new InvalidEndpointRequestException(message, message);
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

	/** What is asked for by name. */
	enum Subject {

		STREAM, GROUP, PROCESSOR

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
