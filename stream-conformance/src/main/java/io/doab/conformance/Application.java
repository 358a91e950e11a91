package io.doab.conformance;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.DelayedPublisher;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.ProcessorControl;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.PublisherSettings;
import io.doab.stream.QueueDefinition;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamReader;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.engine.BackendPublisher;
import io.doab.stream.engine.BroadcastStatus;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.QueueStatus;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.error.RetriableException;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * What one process of an application has: a backend and an engine.
 */
public final class Application implements AutoCloseable {

	private static final long PAUSE_NANOS = Duration.ofMillis(30).toNanos();

	private static final int MAX_UNANSWERED = 1_000;

	/**
	 * Short, for much here is published to servers that are away; longer than one that is
	 * there keeps its clients waiting on a busy machine.
	 */
	private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(8);

	private final StreamBackend backend;

	private final StreamEngine engine;

	private final StreamCatalog catalog;

	private final AtomicInteger lost = new AtomicInteger();

	public Application(BackendFixture fixture) {
		this(fixture, Network.ONE, StreamDefinition.DEFAULT_PARTITIONS);
	}

	public Application(BackendFixture fixture, Network network) {
		this(fixture, network, StreamDefinition.DEFAULT_PARTITIONS);
	}

	public Application(BackendFixture fixture, Network network, int partitions) {
		this(fixture.newBackend(network), partitions);
	}

	/** Over a backend, which it closes. */
	public Application(StreamBackend backend, int partitions) {
		this(backend, List.of(), partitions);
	}

	/** With streams that differ from others. */
	public Application(BackendFixture fixture, Network network, List<StreamDefinition> streams) {
		this(fixture.newBackend(network), streams, StreamDefinition.DEFAULT_PARTITIONS);
	}

	private Application(StreamBackend backend, List<StreamDefinition> streams, int partitions) {
		this.backend = backend;
		this.catalog = new StreamCatalog(this.backend, streams,
				StreamDefinition.of("default").withPartitions(partitions));
		this.engine = new StreamEngine(this.backend, this.catalog, new JsonPayloadCodec(),
				EngineTime.system(Clock.systemUTC()), (name) -> new Losses(this.lost),
				PublisherSettings.defaults().withTimeout(PUBLISH_TIMEOUT));
	}

	public StreamBackend backend() {
		return this.backend;
	}

	public EventPublisher publisher() {
		return this.engine.publisher();
	}

	/** Another publisher. The caller closes it. */
	public BackendPublisher publisher(PublisherSettings settings) {
		return this.engine.publisher(settings);
	}

	public DelayedPublisher delayedPublisher() {
		return this.engine.delayedPublisher();
	}

	/** Moves what was published for later to the streams that are declared for it. */
	public Application startMovers() {
		this.engine.start(this.engine.movers());
		return this;
	}

	public DeadLetterQueue deadLetters(int maxRedrives) {
		return this.engine.deadLetters(maxRedrives);
	}

	public StreamAdmin admin() {
		return this.engine.admin();
	}

	public ProcessorControl control() {
		return this.engine.control();
	}

	public Application start(ProcessorDefinition... processors) {
		this.engine.start(Arrays.asList(processors));
		return this;
	}

	/** How many partitions its processors lost, with the work in flight. */
	public int lost() {
		return this.lost.get();
	}

	/** Reads streams outside of any group. */
	public StreamReader reader() {
		return this.engine.reader();
	}

	public void broadcast(BroadcastDefinition definition) {
		this.engine.broadcasts().start(List.of(definition));
	}

	public BroadcastStatus broadcastStatus(String broadcast) {
		return this.engine.broadcasts()
			.statuses()
			.stream()
			.filter((status) -> status.name().equals(broadcast))
			.findFirst()
			.orElseThrow();
	}

	public ProcessorStatus status(String processor) {
		return this.engine.statuses()
			.stream()
			.filter((status) -> status.name().equals(processor))
			.findFirst()
			.orElseThrow();
	}

	/** Starts consumers of queues. */
	public Application start(QueueDefinition... queues) {
		this.engine.startQueues(Arrays.asList(queues));
		return this;
	}

	public QueueStatus queueStatus(String queue) {
		return this.engine.queueStatuses()
			.stream()
			.filter((status) -> status.name().equals(queue))
			.findFirst()
			.orElseThrow();
	}

	/** How many events of all inputs a queue has not done. */
	public long lag(QueueDefinition queue) {
		return this.engine.lag(queue).values().stream().mapToLong(Long::longValue).sum();
	}

	/** How many events of each input a processor's group has not done. */
	public Map<String, Long> lag(ProcessorDefinition processor) {
		return this.engine.lag(processor);
	}

	/** Makes the streams without publishing to them. */
	public void declare(String... streams) {
		BackendCases.eventually().ignoreExceptionsInstanceOf(RetriableException.class).until(() -> {
			this.catalog.declare(Arrays.asList(streams));
			return true;
		});
	}

	/**
	 * Publishes, and waits until all is stored. A stream that is new is made before: many
	 * partitions take longer than a publisher waits.
	 */
	public void publish(String stream, List<Event<Item>> events) {
		declare(stream);
		// All at once would wait for each other longer than an answer may take.
		for (int from = 0; from < events.size(); from += MAX_UNANSWERED) {
			List<CompletableFuture<?>> stored = new ArrayList<>();
			events.subList(from, Math.min(from + MAX_UNANSWERED, events.size()))
				.forEach((event) -> stored.add(publisher().publish(stream, event)));
			CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
		}
	}

	/**
	 * Publishes at some hundred events a second: those of a key one after the other, each
	 * until it is accepted. They are marked as repeatable, for the first copy of one that
	 * was repeated may have been stored.
	 */
	public CompletableFuture<Void> publishSlowly(String stream, int count, int keys) {
		List<CompletableFuture<?>> all = new ArrayList<>();
		for (int key = 0; key < keys; key++) {
			String name = "key" + key;
			all.add(BackendCases.inBackground(() -> {
				for (int number = 0; number < count / keys; number++) {
					publishUntilAccepted(stream, Item.event(name, number));
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}));
		}
		return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
	}

	/**
	 * Publishes as {@link #publishSlowly} does, until told to stop.
	 * @return how many events it were
	 */
	public CompletableFuture<Integer> publishUntil(BooleanSupplier done, String stream, int keys) {
		AtomicInteger published = new AtomicInteger();
		List<CompletableFuture<?>> all = new ArrayList<>();
		for (int key = 0; key < keys; key++) {
			String name = "key" + key;
			all.add(BackendCases.inBackground(() -> {
				for (int number = 0; !done.getAsBoolean(); number++) {
					publishUntilAccepted(stream, Item.event(name, number));
					published.incrementAndGet();
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}));
		}
		return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply((end) -> published.get());
	}

	/**
	 * Publishes an event until it is accepted, marked as repeatable.
	 * @throws CompletionException when it never can be
	 */
	public void publishUntilAccepted(String stream, Event<Item> event) {
		Event<Item> repeatable = event.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		for (int attempt = 0; attempt < 2_000; attempt++) {
			try {
				publisher().publish(stream, repeatable).join();
				return;
			}
			catch (CompletionException ex) {
				if (!(ex.getCause() instanceof RetriableException)) {
					throw ex;
				}
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
		throw new IllegalStateException("Not accepted for a long time: " + event.id());
	}

	@Override
	public void close() {
		this.engine.close();
		this.backend.close();
	}

}
