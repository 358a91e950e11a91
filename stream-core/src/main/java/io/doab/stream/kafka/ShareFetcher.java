package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.doab.stream.StreamDefinition;
import io.doab.stream.kafka.ShareDeliveries.Settling;
import io.doab.stream.spi.QueueRecord;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One share consumer with a thread of its own.
 *
 * <p>
 * The client gives nothing new while it has records that are neither acknowledged nor
 * rejected: a fetcher takes some, has each settled as its handler returns, and takes more
 * when all of them are. That is why a {@link KafkaQueueMember} has several.
 *
 * <p>
 * <b>Renewal.</b> What is not settled after a third of the lock's time is acknowledged as
 * {@code RENEW}, all of it at once, for the client polls only when it has an answer for
 * each; it then comes back from a later poll and can be settled again. No poll comes
 * before all are confirmed: the client would fetch, and keep, what it gives nobody.
 *
 * <p>
 * <b>Records that are old.</b> The client may all the same have fetched once more as it
 * was polled last. It keeps such records, locked, until it is polled again, which is when
 * the slowest handler has returned: by then another consumer may have had them, and the
 * broker does not always say so. When that was long ago what the client kept is given
 * back to the broker, unseen.
 *
 * <p>
 * <b>Threads.</b> The consumer and all state belong to the fetcher's thread. Settlements
 * come through a queue from any.
 */
final class ShareFetcher {

	private static final Logger logger = LoggerFactory.getLogger(ShareFetcher.class);

	private static final Duration FETCH = Duration.ofMillis(100);

	private static final long RENEWING_MILLIS = 5;

	private static final long LONGEST_REST_MILLIS = 50;

	private static final long FAILURE_PAUSE_MILLIS = 500;

	private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

	private static final int RENEWALS = 3;

	private final KafkaQueueMember member;

	private final Supplier<ShareConsumer<byte[], byte[]>> consumers;

	/** Of the fetcher's thread; others wake it up. */
	private volatile ShareConsumer<byte[], byte[]> consumer;

	private final int batch;

	private final long lockNanos;

	private final long renewNanos;

	private final Thread thread;

	private final ShareDeliveries deliveries;

	private final Queue<Settling> outgoing = new ConcurrentLinkedQueue<>();

	private final Semaphore wakeups = new Semaphore(0);

	private volatile long heldSinceNanos;

	private volatile boolean closing;

	/** Since when the broker may have locked what is held. */
	private long renewedNanos;

	/**
	 * When the consumer was last polled for records: what it has it fetched after that.
	 */
	private long polledNanos;

	/**
	 * Whether it has room for a batch. The client goes on fetching once it was polled,
	 * until something came: so the room is kept until then.
	 */
	private boolean reserved;

	/**
	 * Creates a fetcher.
	 * @param consumers makes the consumer, and others in its place
	 * @param batch how many records it takes at once
	 */
	ShareFetcher(KafkaQueueMember member, Supplier<ShareConsumer<byte[], byte[]>> consumers, int batch, String name) {
		this.member = member;
		this.deliveries = new ShareDeliveries(member);
		this.consumers = consumers;
		this.consumer = consumers.get();
		this.batch = batch;
		this.lockNanos = member.queue().visibilityTime().toNanos();
		this.renewNanos = this.lockNanos / RENEWALS;
		this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
	}

	void start() {
		subscribe();
		this.thread.start();
	}

	private void subscribe() {
		this.consumer.setAcknowledgementCommitCallback(this.deliveries::confirmed);
		this.consumer.subscribe(this.member.queue().inputs().stream().map(StreamDefinition::name).toList());
		this.polledNanos = System.nanoTime();
	}

	/** How many records it takes at once. */
	int batch() {
		return this.batch;
	}

	/** For how long it has had the same records, or zero when it has none. */
	long heldForNanos() {
		return this.deliveries.isEmpty() ? 0 : System.nanoTime() - this.heldSinceNanos;
	}

	boolean holds(QueueRecord delivery) {
		return this.deliveries.holds(delivery);
	}

	CompletableFuture<Boolean> settle(QueueRecord delivery, AcknowledgeType type) {
		Settling settling = new Settling(delivery, type, new CompletableFuture<>());
		this.outgoing.add(settling);
		this.wakeups.release();
		return settling.answer();
	}

	private void run() {
		while (!this.closing) {
			try {
				step();
			}
			catch (WakeupException ex) {
				logger.trace("Woken up", ex);
			}
			catch (KafkaException | IllegalStateException ex) {
				this.member.failed(KafkaFailures.translate("take from queue " + this.member.queue().queue(), ex));
				rest(FAILURE_PAUSE_MILLIS);
			}
		}
		leave();
	}

	private void step() {
		settleAll();
		if (this.deliveries.isRenewing()) {
			awaitRenewed();
		}
		else if (this.deliveries.isEmpty()) {
			fetch();
		}
		else if (nanosUntilRenewal() <= 0) {
			renew();
		}
		else {
			this.consumer.commitAsync();
			restUntilRenewal();
		}
	}

	/** Sends what waits to be sent, and takes what there is room for. */
	private void fetch() {
		if (this.deliveries.hasUnconfirmed()) {
			// With a fetch it could wait for the next one, behind records that have come.
			this.consumer.commitAsync();
			if (this.deliveries.overdueNanos() > this.lockNanos) {
				// The client waits for an answer that it may have dropped.
				replaceConsumer();
				return;
			}
		}
		this.reserved = this.reserved || this.member.reserve(this.batch);
		if (!this.reserved) {
			rest(LONGEST_REST_MILLIS);
			return;
		}
		if (System.nanoTime() - this.polledNanos <= (RENEWALS - 1) * this.renewNanos) {
			take(poll(FETCH));
		}
		else if (this.deliveries.hasUnconfirmed()) {
			// What is given back must not go with it: the broker refuses all or nothing.
			rest(RENEWING_MILLIS);
		}
		else {
			take(releaseOld(poll(Duration.ZERO)));
		}
	}

	private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
		this.renewedNanos = this.polledNanos;
		ConsumerRecords<byte[], byte[]> records = this.consumer.poll(timeout);
		this.polledNanos = System.nanoTime();
		return records;
	}

	private void take(Iterable<ConsumerRecord<byte[], byte[]>> records) {
		if (records.iterator().hasNext()) {
			this.heldSinceNanos = System.nanoTime();
			accept(records);
			this.member.unreserve(this.batch);
			this.reserved = false;
		}
	}

	/**
	 * Has the broker deliver again what may be another consumer's.
	 * @return what would come as the last delivery, which no handler is given: rather
	 * twice than never
	 */
	private List<ConsumerRecord<byte[], byte[]>> releaseOld(ConsumerRecords<byte[], byte[]> records) {
		List<ConsumerRecord<byte[], byte[]>> last = new ArrayList<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			if (ShareDeliveries.deliveryCount(record) + 1 < this.member.queue().deliveryLimit()) {
				this.consumer.acknowledge(record, AcknowledgeType.RELEASE);
			}
			else {
				last.add(record);
			}
		}
		return last;
	}

	/** What is new, and what comes back renewed. */
	private void accept(Iterable<ConsumerRecord<byte[], byte[]>> records) {
		List<QueueRecord> fresh = new ArrayList<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			QueueRecord delivery = this.deliveries.accept(record);
			if (delivery != null) {
				fresh.add(delivery);
			}
		}
		this.member.took(this, fresh);
	}

	private void settleAll() {
		List<Settling> later = new ArrayList<>();
		for (Settling next = this.outgoing.poll(); next != null; next = this.outgoing.poll()) {
			if (!this.deliveries.settle(this.consumer, next)) {
				later.add(next);
			}
		}
		this.outgoing.addAll(later);
	}

	private void renew() {
		this.renewedNanos = System.nanoTime();
		this.deliveries.renew(this.consumer);
		this.consumer.commitAsync();
	}

	/** A poll before all are confirmed would fetch others, which nobody could renew. */
	private void awaitRenewed() {
		this.consumer.commitAsync();
		if (!this.deliveries.isRenewing()) {
			// All were refused: a poll would give out what the client fetched since.
			return;
		}
		if (!this.deliveries.isRenewed()) {
			if (System.nanoTime() - this.renewedNanos < this.lockNanos) {
				rest(RENEWING_MILLIS);
			}
			else {
				replaceConsumer();
			}
			return;
		}
		accept(this.consumer.poll(Duration.ZERO));
		this.deliveries.endRenewal();
	}

	/**
	 * With another consumer: this one waits for the answer to a renewal or to a
	 * settlement that it has dropped, as it does when the broker it was for has gone. It
	 * would give nothing more, or never say what became of the event.
	 */
	private void replaceConsumer() {
		ShareConsumer<byte[], byte[]> next = this.consumers.get();
		logger.warn("Queue {}: the brokers' answer did not come within the visibility time: a new consumer begins",
				this.member.queue().queue());
		this.deliveries.loseAll();
		try {
			this.consumer.close(Duration.ZERO);
		}
		catch (KafkaException ex) {
			logger.debug("A share consumer did not leave in good order", ex);
		}
		this.consumer = next;
		subscribe();
	}

	private long nanosUntilRenewal() {
		return this.renewedNanos + this.renewNanos - System.nanoTime();
	}

	private void restUntilRenewal() {
		long millis = TimeUnit.NANOSECONDS.toMillis(nanosUntilRenewal()) + 1;
		rest(Math.clamp(millis, 0, LONGEST_REST_MILLIS));
	}

	private void rest(long millis) {
		try {
			if (this.wakeups.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
				this.wakeups.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Begins to end it; {@link #awaitEnd} waits for that. */
	void close() {
		this.closing = true;
		this.wakeups.release();
		this.consumer.wakeup();
	}

	void awaitEnd() throws InterruptedException {
		this.thread.join(LEAVE_LIMIT.multipliedBy(2));
	}

	/** Sends what is settled; the broker releases the rest with the session. */
	private void leave() {
		try {
			settleAll();
		}
		catch (KafkaException | IllegalStateException ex) {
			logger.debug("Not all could be settled", ex);
		}
		try {
			this.consumer.close(LEAVE_LIMIT);
		}
		catch (KafkaException ex) {
			logger.debug("A share consumer did not leave in good order", ex);
		}
		this.deliveries.end();
		this.outgoing.forEach((settling) -> settling.answer().complete(false));
	}

}
