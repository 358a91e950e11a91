package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.DeadLetterQueue;
import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * Runs processors over a backend and publishes to it. The backend is the caller's to
 * close, after the engine.
 */
public final class StreamEngine implements AutoCloseable {

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final EventCodec codec;

	private final BackendPublisher publisher;

	private final EngineTime time;

	private final Function<String, ProcessorMetrics> metrics;

	private final SoloTurns soloTurns;

	private final List<ProcessorRunner> runners = new ArrayList<>();

	private final QueueRunners queues;

	/**
	 * Creates an engine.
	 * @param metrics what counts for a processor of that name
	 */
	public StreamEngine(StreamBackend backend, StreamCatalog catalog, PayloadCodec payloads, EngineTime time,
			Function<String, ProcessorMetrics> metrics) {
		this.backend = backend;
		this.catalog = catalog;
		this.codec = new EventCodec(payloads, backend.capabilities().maxEventBytes());
		this.publisher = new BackendPublisher(backend, catalog, this.codec);
		this.time = time;
		this.soloTurns = new SoloTurns(time);
		this.metrics = metrics;
		this.queues = new QueueRunners(backend, catalog, (definition) -> new QueueRuntime(definition, this.codec,
				new BackendPublisher.Partitions(catalog), time, metrics.apply(definition.name())));
	}

	public EventPublisher publisher() {
		return this.publisher;
	}

	/**
	 * The dead letters of the streams.
	 * @param maxRedrives how often an event may be given back to its stream
	 */
	public DeadLetterQueue deadLetters(int maxRedrives) {
		return new BackendDeadLetterQueue(this.backend, this.catalog, this.codec, maxRedrives);
	}

	/**
	 * Starts processors, each on a thread of its own. Does not wait for the backend.
	 * @throws IllegalArgumentException when two have one name
	 */
	public synchronized void start(List<ProcessorDefinition> definitions) {
		Set<String> names = definitions.stream().map(ProcessorDefinition::name).collect(Collectors.toSet());
		if (names.size() < definitions.size()) {
			throw new IllegalArgumentException("Two processors have one name among "
					+ definitions.stream().map(ProcessorDefinition::name).toList() + ": a group has one definition");
		}
		for (ProcessorDefinition definition : definitions) {
			ProcessorRuntime runtime = new ProcessorRuntime(definition, this.codec,
					new BackendPublisher.Partitions(this.catalog),
					new LaneScheduler(definition.settings().concurrency(), this.time), this.soloTurns, this.time,
					this.metrics.apply(definition.name()));
			ProcessorRunner runner = new ProcessorRunner(this.backend, this.catalog, runtime);
			this.runners.add(runner);
			runner.start();
		}
	}

	/**
	 * How many events of each input a processor's group has not done, over all its
	 * members, about. Inputs of which it is not known are absent. Blocks.
	 * @throws RetriableException when the backend cannot be reached
	 */
	public Map<String, Long> lag(ProcessorDefinition processor) {
		return byStream(this.backend.lag(processor.name(), partitions(processor.inputs().keySet())));
	}

	private List<StreamPartition> partitions(Set<String> streams) {
		return streams.stream()
			.flatMap((stream) -> IntStream.range(0, this.catalog.definition(stream).partitions())
				.mapToObj((partition) -> new StreamPartition(stream, partition)))
			.toList();
	}

	private static Map<String, Long> byStream(Map<StreamPartition, Long> lags) {
		return lags.entrySet()
			.stream()
			.collect(Collectors.groupingBy((lag) -> lag.getKey().stream(), TreeMap::new,
					Collectors.summingLong(Map.Entry::getValue)));
	}

	/**
	 * Starts consumers of queues, each on a thread of its own. Does not wait for the
	 * backend.
	 * @throws IllegalArgumentException when two have one name, or a queue and a processor
	 * do, or one asks for what the backend has not: an atomic commit
	 */
	public synchronized void startQueues(List<QueueDefinition> definitions) {
		this.queues.start(definitions, this.runners.stream().map((runner) -> runner.status().name()).toList());
	}

	/** How the consumer of each queue is. */
	public List<QueueStatus> queueStatuses() {
		return this.queues.statuses();
	}

	/**
	 * How many events of each input a queue has not done, about, those in flight
	 * included. Inputs of which it is not known are absent. Blocks.
	 * @throws RetriableException when the backend cannot be reached
	 */
	public Map<String, Long> lag(QueueDefinition queue) {
		return byStream(this.backend.queueLag(queue.name(), partitions(queue.inputs().keySet())));
	}

	/** How each processor is. */
	public synchronized List<ProcessorStatus> statuses() {
		return this.runners.stream().map(ProcessorRunner::status).toList();
	}

	/**
	 * Stops all processors and consumers of queues in good order, at once, and waits for
	 * it.
	 */
	@Override
	public void close() {
		List<ProcessorRunner> all;
		synchronized (this) {
			all = List.copyOf(this.runners);
		}
		List<Thread> stops = new ArrayList<>(
				all.stream().map((runner) -> Thread.ofVirtual().start(runner::stop)).toList());
		stops.addAll(this.queues.stop());
		for (Thread stop : stops) {
			try {
				stop.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

}
