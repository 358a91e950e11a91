package io.doab.stream.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one processor as a member of its group, on a thread of its own: joins, polls, and
 * comes back after every failure with a growing pause, saying so in its status. It ends
 * when it is stopped, or when an event's failure says so.
 */
final class ProcessorRunner implements OwnershipListener, FetchControl {

	private static final Logger logger = LoggerFactory.getLogger(ProcessorRunner.class);

	private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

	private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final ProcessorRuntime runtime;

	private final EventWorkRunner workRunner;

	private final Map<PartitionOwnership, OwnedPartition> owned = new ConcurrentHashMap<>();

	private final CountDownLatch stopping = new CountDownLatch(1);

	private final Thread thread;

	private volatile @Nullable GroupMember member;

	/** Why an event's failure ended the processor, or null. */
	private volatile @Nullable Exception stopCause;

	private final PauseWatch pauses;

	/** Whether it is paused in this process, or its group is, and why. */
	private final PauseSwitch pauseSwitch = new PauseSwitch();

	/** What it reads and writes, dead letters included. */
	private final List<String> streams;

	private final BackendContact contact;

	ProcessorRunner(StreamBackend backend, StreamCatalog catalog, ProcessorRuntime runtime, PauseWatch pauses) {
		this.backend = backend;
		this.catalog = catalog;
		this.runtime = runtime;
		this.pauses = pauses;
		this.streams = StreamCatalog.streamsOf(runtime.definition().inputs().keySet(), runtime.definition().outputs());
		this.contact = new BackendContact(name(), this.stopping);
		this.workRunner = new EventWorkRunner(runtime, new PlainOutputs(backend::append));
		this.thread = Thread.ofPlatform().name("doab-" + name()).daemon(true).unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	/** Gives up all partitions in good order and waits for it. */
	void stop() {
		this.stopping.countDown();
		this.pauseSwitch.end();
		wakeup();
		try {
			if (!this.thread.join(STOP_LIMIT)) {
				logger.warn("{} did not stop within {}", name(), STOP_LIMIT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	ProcessorStatus status() {
		Set<Integer> partitions = this.owned.keySet()
			.stream()
			.map(PartitionOwnership::partition)
			.collect(Collectors.toUnmodifiableSet());
		int inFlight = this.owned.values().stream().mapToInt(OwnedPartition::inFlight).sum();
		int parked = this.owned.values().stream().mapToInt(OwnedPartition::parked).sum();
		Exception cause = this.stopCause;
		BackendContact.Condition condition = this.contact.condition();
		return new ProcessorStatus(name(), (cause != null) ? ProcessorStatus.State.FAILED : condition.state(),
				(cause != null) ? cause.toString() : condition.reason(), partitions, inFlight, parked);
	}

	/** In this process, until it is resumed there. */
	void pauseHere() {
		this.pauseSwitch.here(true);
		wakeup();
	}

	void resumeHere() {
		this.pauseSwitch.here(false);
	}

	/** Takes whether its group is paused: null when it is not. */
	void groupPaused(@Nullable Pause pause) {
		if (this.pauseSwitch.group(pause)) {
			wakeup();
		}
	}

	private void wakeup() {
		GroupMember current = this.member;
		if (current != null) {
			current.wakeup();
		}
	}

	private void run() {
		while (!isStopping()) {
			try {
				// Asked right before it joins: the watch may not have looked yet.
				groupPaused(this.pauses.of(name()));
				if (this.pauseSwitch.isOn()) {
					awaitResumption();
					continue;
				}
				GroupMember joined = join();
				this.member = joined;
				try (joined) {
					poll(joined);
				}
			}
			catch (StreamException ex) {
				this.contact.failed(ex);
			}
			catch (RuntimeException | Error ex) {
				logger.error("{} met an error of its own and joins again", name(), ex);
				this.contact.failed(new FatalStreamException(ex.toString(), ex));
			}
			finally {
				this.member = null;
				this.owned.values().forEach(OwnedPartition::abandon);
				this.owned.clear();
			}
		}
		this.contact.stopped();
	}

	private void awaitResumption() {
		String why = this.pauseSwitch.reason();
		this.contact.paused(why);
		logger.info("{} is paused: {}", name(), why);
		try {
			this.pauseSwitch.awaitOff();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.stopping.countDown();
		}
		if (!isStopping()) {
			logger.info("{} is resumed", name());
			this.contact.starting();
		}
	}

	private GroupMember join() {
		ProcessorDefinition definition = this.runtime.definition();
		this.catalog.declare(this.streams);
		return this.backend.join(new GroupSpec(definition.name(), List.copyOf(definition.inputs().keySet()),
				partitions(definition), states(definition), definition.usesTimers(), definition.settings().startAt(),
				this.runtime.maxFetchEvents()), this);
	}

	private int partitions(ProcessorDefinition definition) {
		Map<String, Integer> counts = definition.inputs()
			.keySet()
			.stream()
			.collect(Collectors.toMap((stream) -> stream, (stream) -> this.catalog.definition(stream).partitions()));
		if (Set.copyOf(counts.values()).size() > 1) {
			throw new FatalStreamException(
					"Processor '" + name() + "' reads streams with different numbers of partitions, " + counts
							+ ". Its state is shared by key, so they must be equal: set doab.streams[name].partitions",
					null);
		}
		return counts.values().iterator().next();
	}

	private static Set<String> states(ProcessorDefinition definition) {
		Stream<String> seen = (definition.deduplication() != null) ? Stream.of(ProcessorRuntime.SEEN_STATE)
				: Stream.empty();
		return Stream.of(definition.states().keySet().stream(), seen, Stream.of(ProcessorRuntime.PARKED_STATE))
			.flatMap((states) -> states)
			.collect(Collectors.toSet());
	}

	private void poll(GroupMember joined) {
		while (!isStopping() && !this.pauseSwitch.isOn()) {
			try {
				joined.poll(POLL_TIMEOUT);
				// Who does not notice a raise emits to the wrong partitions.
				this.catalog.declare(this.streams);
				this.contact.succeeded();
			}
			catch (RetriableException ex) {
				this.contact.failed(ex);
			}
		}
	}

	private boolean isStopping() {
		return this.stopping.getCount() == 0;
	}

	String name() {
		return this.runtime.definition().name();
	}

	@Override
	public void acquired(PartitionOwnership ownership) {
		logger.info("{} owns partition {} under epoch {}", name(), ownership.partition(), ownership.epoch());
		OwnedPartition partition = new OwnedPartition(ownership, this.runtime, this, this.workRunner);
		this.owned.put(ownership, partition);
		partition.start();
	}

	@Override
	public void fetched(PartitionOwnership ownership, FetchedRecords records) {
		OwnedPartition partition = this.owned.get(ownership);
		if (partition != null) {
			partition.accept(records);
		}
	}

	@Override
	public CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships) {
		List<OwnedPartition> partitions = ownerships.stream().map(this.owned::get).filter(Objects::nonNull).toList();
		logger.info("{} gives up partitions {}", name(), partitions.stream().map(OwnedPartition::partition).toList());
		return OwnedPartition.drained(partitions, DRAIN_LIMIT, this.runtime.time()).thenRun(() -> {
			// First, for this may run under the lock of one of these: of two threads that
			// give up different ones, none waits for the other's.
			this.owned.keySet().removeAll(ownerships);
			lookForRoom();
		});
	}

	@Override
	public void lost(PartitionOwnership ownership, StreamException cause) {
		OwnedPartition partition = this.owned.remove(ownership);
		if (partition != null) {
			logger.warn("{} lost partition {} of epoch {}: {}", name(), ownership.partition(), ownership.epoch(),
					cause.getMessage());
			this.runtime.metrics().lost();
			partition.abandon();
			lookForRoom();
		}
	}

	@Override
	public void lookForRoom() {
		this.owned.values().forEach(OwnedPartition::lookForRoom);
	}

	@Override
	public void pause(int partition) {
		GroupMember current = this.member;
		if (current != null) {
			current.pause(partition);
		}
	}

	@Override
	public void resume(int partition) {
		GroupMember current = this.member;
		if (current != null) {
			current.resume(partition);
		}
	}

	@Override
	public void stop(Exception cause) {
		logger.error("{} stops: its failure handler says so, or what is stored cannot be read", name(), cause);
		this.stopCause = cause;
		this.stopping.countDown();
		this.pauseSwitch.end();
		wakeup();
	}

}
