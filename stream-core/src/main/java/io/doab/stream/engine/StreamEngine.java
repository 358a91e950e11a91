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
import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorControl;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamReader;
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

	private final Broadcasts broadcasts;

	private final List<ProcessorRunner> runners = new CopyOnWriteArrayList<>();

	private final PauseWatch pauses;

	private boolean watching;

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
		this.broadcasts = new Broadcasts(backend.reader(), catalog, this.codec);
		this.time = time;
		this.soloTurns = new SoloTurns(time);
		this.metrics = metrics;
		this.pauses = new PauseWatch(backend.admin().pauses(), this.runners);
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
			ProcessorRuntime runtime = new ProcessorRuntime(definition, this.codec,
					new BackendPublisher.Partitions(this.catalog),
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
		List<StreamPartition> partitions = processor.inputs()
			.keySet()
			.stream()
			.flatMap((stream) -> IntStream.range(0, this.catalog.definition(stream).partitions())
				.mapToObj((partition) -> new StreamPartition(stream, partition)))
			.toList();
		return this.backend.lag(processor.name(), partitions)
			.entrySet()
			.stream()
			.collect(Collectors.groupingBy((lag) -> lag.getKey().stream(), TreeMap::new,
					Collectors.summingLong(Map.Entry::getValue)));
	}

	/** How each processor is. */
	public synchronized List<ProcessorStatus> statuses() {
		return this.runners.stream().map(ProcessorRunner::status).toList();
	}

	/** Stops all processors and broadcasts in good order, at once, and waits for it. */
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
