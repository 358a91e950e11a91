package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.AtomicCommit;

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
 * partitions have done while one is under way goes into the next together: what that is,
 * they are asked when it begins. While very much is done that is not at once, but when
 * there is enough for one ({@link TransactionPace}).
 *
 * <p>
 * <b>The fence.</b> Every transaction sends the offset of every input of every partition
 * that it touches, moved or not, under the member's epoch: the broker refuses that of a
 * member that is not in its group, and that of another epoch than the member's present
 * one. A new epoch does not mean that a partition is lost. So a transaction that is
 * refused for its epoch is aborted, and what is still owned is committed again under the
 * new one; what was given up meanwhile is dropped. The epoch is read before it is asked
 * what is still owned: see {@link MemberEpoch}.
 *
 * <p>
 * The offset's metadata names the producer, so that whoever takes a partition over can
 * fence it first.
 *
 * <p>
 * A transaction that fails in any other way ends the member: it is not known what the
 * broker has, and the next member finds out.
 */
final class TransactionCommitter implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TransactionCommitter.class);

	private static final int MAX_COMMITS = 1_000;

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

	/**
	 * The broker has told the new epoch when it refuses the old one; the thread that
	 * polls has to hear of it. Who does not poll for so long is late for everything.
	 */
	private static final Duration EPOCH_LIMIT = Duration.ofSeconds(5);

	private static final Duration EPOCH_CHECK = Duration.ofMillis(20);

	private final Producer<byte[], byte[]> producer;

	private final String transactionalId;

	private final Changelog changelog;

	private final MemberEpoch epoch;

	private final Runnable attention;

	private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

	private final Thread thread;

	private final TransactionPace pace;

	/** How many partitions the member has. Set by the thread that polls. */
	private volatile int owned;

	private volatile @Nullable StreamException failure;

	private volatile boolean closed;

	/**
	 * Creates a committer.
	 * @param enough events of a partition that a transaction need not wait for more
	 * @param attention called on the committing thread when the thread that polls is to
	 * look: after a failure, and when another epoch is waited for
	 */
	TransactionCommitter(String group, int enough, String transactionalId, Producer<byte[], byte[]> producer,
			MemberEpoch epoch, Runnable attention) {
		this.producer = producer;
		this.transactionalId = transactionalId;
		this.changelog = new Changelog(group);
		this.pace = new TransactionPace(enough);
		this.epoch = epoch;
		this.attention = attention;
		this.thread = Thread.ofPlatform().name("doab-" + group + "-commit").daemon(true).unstarted(this::run);
	}

	/** How many partitions the member has now. */
	void owns(int partitions) {
		this.owned = partitions;
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

	String transactionalId() {
		return this.transactionalId;
	}

	/** Why nothing can be committed any more, or null. */
	@Nullable StreamException failure() {
		return this.failure;
	}

	/** Commits what there is when the transaction begins. */
	CompletableFuture<Void> commit(KafkaOwnership ownership, Supplier<@Nullable AtomicCommit> latest) {
		return submit(new Request(ownership, CommitRecords.Kind.COMMIT, latest));
	}

	/** Puts this member's name on a partition that it takes over. */
	CompletableFuture<Void> claim(KafkaOwnership ownership) {
		AtomicCommit commit = new AtomicCommit(ownership.checkpoints(), List.of(), List.of(), List.of());
		return submit(new Request(ownership, CommitRecords.Kind.CLAIM, () -> commit));
	}

	/** Takes this member's name off a partition that it gives up. */
	CompletableFuture<Void> release(KafkaOwnership ownership) {
		AtomicCommit commit = new AtomicCommit(Map.of(), List.of(), List.of(), List.of());
		return submit(new Request(ownership, CommitRecords.Kind.RELEASE, () -> commit));
	}

	private CompletableFuture<Void> submit(Request request) {
		this.requests.add(request);
		if (this.closed) {
			failAll(List.of(request), new FencedException("The member has left its group", null));
		}
		return request.outcome;
	}

	private void run() {
		List<Request> batch = new ArrayList<>();
		while (!this.closed) {
			try {
				batch.clear();
				batch.add(this.requests.take());
				gather(batch);
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

	/**
	 * What changes the owner of a partition waits for nothing; what it does before it
	 * gives it up waits as always.
	 */
	private void gather(List<Request> batch) throws InterruptedException {
		this.requests.drainTo(batch, MAX_COMMITS);
		long left = this.pace.left(System.nanoTime());
		while (left > 0 && batch.stream().allMatch((request) -> request.kind == CommitRecords.Kind.COMMIT)) {
			Request more = this.requests.poll(left, TimeUnit.NANOSECONDS);
			if (more != null) {
				batch.add(more);
			}
			left = this.pace.left(System.nanoTime());
		}
	}

	private void commit(List<Request> batch) throws InterruptedException {
		List<Request> live = batch;
		while (true) {
			// Before it is asked who still owns.
			ConsumerGroupMetadata member = this.epoch.current();
			try {
				live = live(live);
				if (live.isEmpty()) {
					return;
				}
				transact(live, member);
			}
			catch (Throwable ex) {
				// Whatever it is: a thread that died of it would leave a member that
				// looks alive and commits nothing.
				if (!KafkaFailures.isStaleEpoch(ex) || !isNewEpoch(live, member)) {
					fail(live, ex);
					return;
				}
				continue;
			}
			live.forEach((request) -> request.outcome.complete(null));
			return;
		}
	}

	/** Those that have something to commit, and may; the others are told. */
	private static List<Request> live(List<Request> batch) {
		List<Request> live = new ArrayList<>(batch.size());
		for (Request request : batch) {
			StreamException end = request.ownership.end();
			if (end != null) {
				request.outcome.completeExceptionally(end);
			}
			else if (request.begin()) {
				live.add(request);
			}
		}
		return live;
	}

	private void transact(List<Request> requests, ConsumerGroupMetadata member) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		Map<KafkaOwnership, StoredProgress> progress = new HashMap<>();
		this.pace.begins(System.nanoTime());
		this.producer.beginTransaction();
		for (Request request : requests) {
			KafkaOwnership ownership = request.ownership;
			CommitRecords records = CommitRecords.of(this.changelog, this.transactionalId, request.kind, ownership,
					request.commit(), progress.getOrDefault(ownership, ownership.progress));
			records.records().forEach(this::send);
			offsets.putAll(records.offsets());
			progress.put(ownership, records.after());
		}
		this.producer.sendOffsetsToTransaction(offsets, member);
		this.producer.commitTransaction();
		this.pace.committed(progress.entrySet()
			.stream()
			.mapToLong((partition) -> partition.getValue().since(partition.getKey().progress))
			.summaryStatistics(), this.owned);
		progress.forEach((ownership, after) -> ownership.progress = after);
		requests.forEach((request) -> request.ownership.state().apply(request.commit()));
	}

	private void send(ProducerRecord<byte[], byte[]> record) {
		// A failure comes out of the commit.
		var _ = this.producer.send(record);
	}

	/**
	 * Aborts what was refused for its epoch, and waits until there is another one, or
	 * nothing is owned any more.
	 */
	private boolean isNewEpoch(List<Request> refused, ConsumerGroupMetadata stale) throws InterruptedException {
		logger.debug("{}: epoch {} is over, {} commits are made again", this.transactionalId, stale.generationId(),
				refused.size());
		try {
			this.producer.abortTransaction();
		}
		catch (KafkaException ex) {
			logger.debug("{}: what was refused could not be aborted", this.transactionalId, ex);
			return false;
		}
		long deadline = System.nanoTime() + EPOCH_LIMIT.toNanos();
		while (!this.epoch.awaitOther(stale, EPOCH_CHECK)) {
			if (refused.stream().allMatch((request) -> request.ownership.end() != null)) {
				return true;
			}
			if (System.nanoTime() > deadline) {
				return false;
			}
			this.attention.run();
		}
		return true;
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
		this.attention.run();
	}

	private static void failAll(List<Request> batch, StreamException cause) {
		batch.forEach((request) -> request.outcome.completeExceptionally(cause));
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

	/** For the committing thread, but for its outcome. */
	private static final class Request {

		private final KafkaOwnership ownership;

		private final CommitRecords.Kind kind;

		private final Supplier<@Nullable AtomicCommit> latest;

		private final CompletableFuture<Void> outcome = new CompletableFuture<>();

		/** Null until it was begun: of a transaction made again it is the same. */
		private @Nullable AtomicCommit commit;

		private Request(KafkaOwnership ownership, CommitRecords.Kind kind, Supplier<@Nullable AtomicCommit> latest) {
			this.ownership = ownership;
			this.kind = kind;
			this.latest = latest;
		}

		/** Whether there is something to commit; if not, that is the outcome. */
		private boolean begin() {
			this.commit = (this.commit != null) ? this.commit : this.latest.get();
			if (this.commit == null) {
				this.outcome.complete(null);
			}
			return this.commit != null;
		}

		private AtomicCommit commit() {
			return Objects.requireNonNull(this.commit);
		}

	}

}
