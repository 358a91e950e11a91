package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.DeadLetterQueue;
import io.doab.stream.DelayedPublisher;
import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorControl;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.PublisherSettings;
import io.doab.stream.QueueDefinition;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamReader;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.GroupLoss;
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

	private final Broadcasts broadcasts;

	private final List<ProcessorRunner> runners = new CopyOnWriteArrayList<>();

	private final PauseWatch pauses;

	private boolean watching;

	private final QueueRunners queues;

	/**
	 * Creates an engine.
	 * @param metrics what counts for a processor of that name
	 */
	public StreamEngine(StreamBackend backend, StreamCatalog catalog, PayloadCodec payloads, EngineTime time,
			Function<String, ProcessorMetrics> metrics) {
		this(backend, catalog, payloads, time, metrics, PublisherSettings.defaults());
	}

	/**
	 * Creates an engine.
	 * @param metrics what counts for a processor of that name
	 * @param publishing how its publisher publishes
	 */
	public StreamEngine(StreamBackend backend, StreamCatalog catalog, PayloadCodec payloads, EngineTime time,
			Function<String, ProcessorMetrics> metrics, PublisherSettings publishing) {
		this.backend = backend;
		this.catalog = catalog;
		this.codec = new EventCodec(payloads, backend.capabilities().maxEventBytes());
		this.publisher = publisher(publishing);
		this.broadcasts = new Broadcasts(backend.reader(), catalog, this.codec);
		this.time = time;
		this.soloTurns = new SoloTurns(time);
		this.metrics = metrics;
		this.pauses = new PauseWatch(backend.admin().pauses(), this.runners);
		this.queues = new QueueRunners(backend, catalog, (definition) -> new QueueRuntime(definition, this.codec,
				new BackendPublisher.Partitions(catalog), time, metrics.apply(definition.name())));
	}

	public EventPublisher publisher() {
		return this.publisher;
	}

	/** Reads streams outside of any group. */
	public StreamReader reader() {
		return new BackendStreamReader(this.backend.reader(), this.backend.name(), this.codec);
	}

	/** Runs what every instance is to see. */
	public Broadcasts broadcasts() {
		return this.broadcasts;
	}

	/** Publishes for later what {@link #movers} bring in time. */
	public DelayedPublisher delayedPublisher() {
		return this.publisher::publish;
	}

	/**
	 * The processors that move events which were published for later to their streams,
	 * one for each stream that is declared for it. To be started with the others.
	 */
	public List<ProcessorDefinition> movers() {
		DelayedEvents delayed = new DelayedEvents(this.codec);
		return this.catalog.delayed().stream().map(delayed::mover).toList();
	}

	/** Another publisher, which waits for something else. To be closed by the caller. */
	public BackendPublisher publisher(PublisherSettings settings) {
		return new BackendPublisher(new Publishing(this.backend, settings), this.catalog, this.codec);
	}

	/**
	 * Looks whether the backend gives the acknowledgement that the publisher asks for.
	 * Blocks.
	 * @throws FatalStreamException when it does not
	 * @throws RetriableException when it cannot be reached
	 */
	public void verifyPublisher() {
		this.publisher.verify();
	}

	/**
	 * The dead letters of the streams.
	 * @param maxRedrives how often an event may be given back to its stream
	 */
	public DeadLetterQueue deadLetters(int maxRedrives) {
		return new BackendDeadLetterQueue(this.backend, this.catalog, this.codec, maxRedrives);
	}

	/** What operators ask of streams and groups. */
	public StreamAdmin admin() {
		return new BackendStreamAdmin(this.backend, this.catalog, this.codec, this.time);
	}

	/** Pauses and resumes processors of this engine. */
	public ProcessorControl control() {
		return new ProcessorControl() {
			@Override
			public void pause(String processor) {
				runner(processor).pauseHere();
			}

			@Override
			public void resume(String processor) {
				runner(processor).resumeHere();
			}
		};
	}

	private ProcessorRunner runner(String processor) {
		return this.runners.stream()
			.filter((runner) -> runner.name().equals(processor))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("This process runs no processor '" + processor
					+ "'. It runs " + this.runners.stream().map(ProcessorRunner::name).toList()));
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
			ProcessorRuntime runtime = ProcessorRuntime.of(definition, this.backend.capabilities().suitedInFlight(),
					this.codec, new BackendPublisher.Partitions(this.catalog),
					new LaneScheduler(definition.settings().concurrency(), this.time), this.soloTurns, this.time,
					this.metrics.apply(definition.name()));
			ProcessorRunner runner = new ProcessorRunner(this.backend, this.catalog, runtime, this.pauses);
			this.runners.add(runner);
			runner.start();
		}
		if (!this.watching) {
			this.watching = true;
			this.pauses.start();
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
	 * How many events of a stream were removed before a group had done them, about, as
	 * far as this application has found. Does not block.
	 */
	public long lostEvents(String group, String stream) {
		return this.backend.losses()
			.stream()
			.filter((loss) -> loss.group().equals(group) && loss.stream().equals(stream))
			.mapToLong(GroupLoss::events)
			.sum();
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
	 * Stops all processors, consumers of queues and broadcasts in good order, at once,
	 * and waits for it. What was published and is not acknowledged by then fails.
	 */
	@Override
	public void close() {
		List<ProcessorRunner> all;
		synchronized (this) {
			all = List.copyOf(this.runners);
		}
		this.pauses.close();
		List<Thread> stops = new ArrayList<>(
				all.stream().map((runner) -> Thread.ofVirtual().start(runner::stop)).toList());
		stops.add(Thread.ofVirtual().start(this.broadcasts::close));
		stops.addAll(this.queues.stop());
		for (Thread stop : stops) {
			try {
				stop.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				break;
			}
		}
		this.publisher.close();
	}

}
