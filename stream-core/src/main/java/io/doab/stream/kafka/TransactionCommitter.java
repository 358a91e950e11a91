package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.TimerChange;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one member, one after the other on a thread of its own. What
 * partitions hand in while one is under way goes into the next together.
 *
 * <p>
 * Every transaction sends the offset of every input of every partition that it touches,
 * moved or not: that is what the broker fences. The offset's metadata names the producer,
 * so that whoever takes a partition over can fence it first.
 *
 * <p>
 * A transaction that fails ends the member: it is not known what the broker has, and the
 * next member finds out.
 */
final class TransactionCommitter implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TransactionCommitter.class);

	/**
	 * What the offset's metadata says when the owner gave the partition up in good order.
	 */
	static final String RELEASED = "";

	/**
	 * How often the copies of offsets are sent when nothing else is for the changelog. A
	 * transaction that writes there anyway carries them for little.
	 */
	private static final Duration PREFIX_INTERVAL = Duration.ofSeconds(10);

	private static final int MAX_COMMITS = 1_000;

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

	private final Producer<byte[], byte[]> producer;

	private final String transactionalId;

	private final Changelog changelog;

	private final Runnable onFailure;

	private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

	private final Thread thread;

	/** The offsets that were committed last. Belongs to the committing thread. */
	private final Map<TopicPartition, Long> offsets = new HashMap<>();

	/**
	 * The inputs for which the changelog holds something done beyond the offset. Belongs
	 * to the committing thread.
	 */
	private final Set<TopicPartition> doneStored = new HashSet<>();

	/**
	 * The copies of offsets that the changelog holds. Belongs to the committing thread.
	 */
	private final Map<TopicPartition, Changelog.Prefix> prefixes = new HashMap<>();

	/** When they were sent last, by partition. Belongs to the committing thread. */
	private final Map<Integer, Long> prefixesSent = new HashMap<>();

	private volatile @Nullable StreamException failure;

	private volatile boolean closed;

	/**
	 * Creates a committer.
	 * @param onFailure called once, on the committing thread, when a transaction failed
	 */
	TransactionCommitter(String group, String transactionalId, Producer<byte[], byte[]> producer, Runnable onFailure) {
		this.producer = producer;
		this.transactionalId = transactionalId;
		this.changelog = new Changelog(group);
		this.onFailure = onFailure;
		this.thread = Thread.ofPlatform().name("doab-" + group + "-commit").daemon(true).unstarted(this::run);
	}

	/** Makes the producer known to the broker. Blocks. */
	void start() {
		try {
			this.producer.initTransactions();
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("begin transactions", ex);
		}
		this.thread.start();
	}

	/** Why nothing can be committed any more, or null. */
	@Nullable StreamException failure() {
		return this.failure;
	}

	CompletableFuture<Void> commit(KafkaOwnership ownership, AtomicCommit commit) {
		return submit(new Request(ownership, commit, Kind.COMMIT, new CompletableFuture<>()));
	}

	/** Puts this member's name on a partition that it takes over. */
	CompletableFuture<Void> claim(KafkaOwnership ownership) {
		AtomicCommit commit = new AtomicCommit(ownership.checkpoints(), List.of(), List.of(), List.of());
		return submit(new Request(ownership, commit, Kind.CLAIM, new CompletableFuture<>()));
	}

	/** Takes this member's name off a partition that it gives up. */
	CompletableFuture<Void> release(KafkaOwnership ownership) {
		AtomicCommit commit = new AtomicCommit(Map.of(), List.of(), List.of(), List.of());
		return submit(new Request(ownership, commit, Kind.RELEASE, new CompletableFuture<>()));
	}

	private CompletableFuture<Void> submit(Request request) {
		this.requests.add(request);
		if (this.closed) {
			failAll(List.of(request), new FencedException("The member has left its group", null));
		}
		return request.outcome();
	}

	private void run() {
		List<Request> batch = new ArrayList<>();
		while (!this.closed) {
			try {
				batch.clear();
				batch.add(this.requests.take());
				this.requests.drainTo(batch, MAX_COMMITS);
				if (this.failure == null) {
					commit(batch);
				}
				else {
					failAll(batch, this.failure);
				}
			}
			catch (InterruptedException ex) {
				break;
			}
		}
		this.requests.drainTo(batch);
		failAll(batch, new FencedException("The member has left its group", null));
	}

	private void commit(List<Request> batch) {
		List<Request> live = new ArrayList<>(batch.size());
		for (Request request : batch) {
			StreamException end = request.ownership().end();
			if (end != null) {
				request.outcome().completeExceptionally(end);
			}
			else {
				live.add(request);
			}
		}
		if (live.isEmpty()) {
			return;
		}
		try {
			transact(live);
			live.forEach((request) -> request.ownership().state().apply(request.commit()));
		}
		catch (Throwable ex) {
			// Whatever it is: a thread that died of it would leave a member that looks
			// alive and commits nothing.
			fail(live, ex);
			return;
		}
		live.forEach((request) -> request.outcome().complete(null));
	}

	private void transact(List<Request> requests) {
		Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
		// All that a member owns is of one generation.
		ConsumerGroupMetadata generation = requests.getFirst().ownership().generation();
		this.producer.beginTransaction();
		for (Request request : requests) {
			request.commit().appends().forEach((append) -> send(KafkaRecords.toRecord(append)));
			if (request.kind() == Kind.CLAIM) {
				learn(request.ownership());
			}
			boolean changed = sendChanges(request.ownership(), request.commit());
			request.commit()
				.checkpoints()
				.forEach((stream, checkpoint) -> this.offsets
					.put(new TopicPartition(stream, request.ownership().partition()), checkpoint.prefix().major() + 1));
			if (changed || request.kind() != Kind.COMMIT || isPrefixOld(request.ownership())) {
				sendPrefixes(request.ownership());
			}
			String owner = (request.kind() == Kind.RELEASE) ? RELEASED : this.transactionalId;
			for (String stream : request.ownership().checkpoints().keySet()) {
				TopicPartition input = new TopicPartition(stream, request.ownership().partition());
				sent.put(input, new OffsetAndMetadata(Objects.requireNonNull(this.offsets.get(input)), owner));
			}
		}
		this.producer.sendOffsetsToTransaction(sent, generation);
		this.producer.commitTransaction();
	}

	/**
	 * Takes note of what the changelog holds, also of a done-set that was not believed:
	 * it is replaced or removed, or a later owner could believe it.
	 */
	private void learn(KafkaOwnership ownership) {
		for (String stream : ownership.checkpoints().keySet()) {
			TopicPartition input = new TopicPartition(stream, ownership.partition());
			if (ownership.state().done(stream) != null) {
				this.doneStored.add(input);
			}
			else {
				this.doneStored.remove(input);
			}
			Changelog.Prefix prefix = ownership.state().prefix(stream);
			if (prefix != null) {
				this.prefixes.put(input, prefix);
			}
			else {
				this.prefixes.remove(input);
			}
		}
	}

	/** Sends state, timers and done-sets; returns whether there was anything to send. */
	private boolean sendChanges(KafkaOwnership ownership, AtomicCommit commit) {
		int partition = ownership.partition();
		List<ProducerRecord<byte[], byte[]>> changes = new ArrayList<>();
		commit.states().forEach((change) -> changes.add(this.changelog.record(partition, change)));
		for (TimerChange change : commit.timers()) {
			if (change.due() != null || ownership.state().has(change.timer())) {
				changes.add(this.changelog.record(partition, change));
			}
		}
		commit.checkpoints().forEach((stream, checkpoint) -> {
			TopicPartition input = new TopicPartition(stream, partition);
			boolean stored = this.doneStored.remove(input);
			if (!checkpoint.done().isEmpty()) {
				this.doneStored.add(input);
			}
			if (stored || !checkpoint.done().isEmpty()) {
				changes.add(this.changelog.record(partition, stream, checkpoint));
			}
		});
		changes.forEach(this::send);
		return !changes.isEmpty();
	}

	private boolean isPrefixOld(KafkaOwnership ownership) {
		Long sent = this.prefixesSent.get(ownership.partition());
		return sent == null || System.nanoTime() - sent > PREFIX_INTERVAL.toNanos();
	}

	/** Sends those copies of offsets that are not as stored. */
	private void sendPrefixes(KafkaOwnership ownership) {
		ownership.resumed().forEach((stream, resumed) -> {
			TopicPartition input = new TopicPartition(stream, ownership.partition());
			Changelog.Prefix prefix = new Changelog.Prefix(Objects.requireNonNull(this.offsets.get(input)),
					resumed.topic());
			if (!prefix.equals(this.prefixes.put(input, prefix))) {
				send(this.changelog.record(ownership.partition(), stream, prefix));
			}
		});
		this.prefixesSent.put(ownership.partition(), System.nanoTime());
	}

	private void send(ProducerRecord<byte[], byte[]> record) {
		// A failure comes out of the commit.
		var _ = this.producer.send(record);
	}

	private void fail(List<Request> batch, Throwable cause) {
		StreamException ended = KafkaFailures.ofTransaction(this.transactionalId, cause);
		this.failure = ended;
		try {
			this.producer.abortTransaction();
		}
		catch (RuntimeException ex) {
			logger.debug("{}: the failed transaction could not be aborted; the next owner does it",
					this.transactionalId, ex);
		}
		failAll(batch, ended);
		this.onFailure.run();
	}

	private static void failAll(List<Request> batch, StreamException cause) {
		batch.forEach((request) -> request.outcome().completeExceptionally(cause));
	}

	@Override
	public void close() {
		this.closed = true;
		this.thread.interrupt();
		List<Request> rest = new ArrayList<>();
		this.requests.drainTo(rest);
		failAll(rest, new FencedException("The member has left its group", null));
		this.producer.close(CLOSE_LIMIT);
	}

	private enum Kind {

		CLAIM, COMMIT, RELEASE

	}

	private record Request(KafkaOwnership ownership, AtomicCommit commit, Kind kind, CompletableFuture<Void> outcome) {

	}

}
