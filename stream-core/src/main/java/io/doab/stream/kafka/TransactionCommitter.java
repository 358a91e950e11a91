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
import io.doab.stream.spi.StateChange;
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

	private static final int MAX_COMMITS = 1_000;

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

	private final Producer<byte[], byte[]> producer;

	private final String transactionalId;

	private final Changelog changelog;

	private final boolean tracksDone;

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

	private volatile @Nullable StreamException failure;

	private volatile boolean closed;

	/**
	 * Creates a committer.
	 * @param onFailure called once, on the committing thread, when a transaction failed
	 */
	TransactionCommitter(String group, String transactionalId, Producer<byte[], byte[]> producer, boolean tracksDone,
			Runnable onFailure) {
		this.producer = producer;
		this.transactionalId = transactionalId;
		this.changelog = new Changelog(group);
		this.tracksDone = tracksDone;
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
		return submit(new Request(ownership, commit, false, new CompletableFuture<>()));
	}

	/** Puts this member's name on a partition that it takes over. */
	CompletableFuture<Void> claim(KafkaOwnership ownership) {
		return commit(ownership, new AtomicCommit(ownership.checkpoints(), List.of(), List.of(), List.of()));
	}

	/** Takes this member's name off a partition that it gives up. */
	CompletableFuture<Void> release(KafkaOwnership ownership) {
		return submit(new Request(ownership, new AtomicCommit(Map.of(), List.of(), List.of(), List.of()), true,
				new CompletableFuture<>()));
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
			sendChanges(request.ownership(), request.commit());
			request.commit()
				.checkpoints()
				.forEach((stream, checkpoint) -> this.offsets
					.put(new TopicPartition(stream, request.ownership().partition()), checkpoint.prefix().major() + 1));
			String owner = request.release() ? RELEASED : this.transactionalId;
			for (String stream : request.ownership().checkpoints().keySet()) {
				TopicPartition input = new TopicPartition(stream, request.ownership().partition());
				sent.put(input, new OffsetAndMetadata(Objects.requireNonNull(this.offsets.get(input)), owner));
			}
		}
		this.producer.sendOffsetsToTransaction(sent, generation);
		this.producer.commitTransaction();
	}

	private void sendChanges(KafkaOwnership ownership, AtomicCommit commit) {
		int partition = ownership.partition();
		for (StateChange change : commit.states()) {
			send(this.changelog.record(partition, change));
		}
		for (TimerChange change : commit.timers()) {
			if (change.due() != null || ownership.state().has(change.timer())) {
				send(this.changelog.record(partition, change));
			}
		}
		if (this.tracksDone) {
			commit.checkpoints().forEach((stream, checkpoint) -> {
				TopicPartition input = new TopicPartition(stream, partition);
				boolean stored = this.doneStored.remove(input);
				if (!checkpoint.done().isEmpty()) {
					this.doneStored.add(input);
				}
				if (stored || !checkpoint.done().isEmpty()) {
					send(this.changelog.record(partition, stream, checkpoint));
				}
			});
		}
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

	private record Request(KafkaOwnership ownership, AtomicCommit commit, boolean release,
			CompletableFuture<Void> outcome) {

	}

}
