package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.QueueRecord;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import org.jspecify.annotations.Nullable;
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

	/** What handlers have, by where it stands. Read by any thread. */
	private final Map<Key, Held> held = new ConcurrentHashMap<>();

	/** What is settled, and the broker has not confirmed: first what was sent first. */
	private final SequencedMap<Key, Sent> unconfirmed = new LinkedHashMap<>();

	/** What is being renewed: it cannot be settled before it has come back. */
	private final Set<Key> renewing = new HashSet<>();

	private final Queue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();

	private final Semaphore wakeups = new Semaphore(0);

	private volatile long heldSinceNanos;

	private volatile boolean closing;

	/** Since when the broker may have locked what is held. */
	private long renewedNanos;

	/**
	 * When the consumer was last polled for records: what it has it fetched after that.
	 */
	private long polledNanos;

	/** Of those that are being renewed, how many the broker has confirmed. */
	private int confirmedRenewals;

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
		this.consumer.setAcknowledgementCommitCallback(this::confirmed);
		this.consumer.subscribe(this.member.queue().inputs().stream().map(StreamDefinition::name).toList());
		this.polledNanos = System.nanoTime();
	}

	/** How many records it takes at once. */
	int batch() {
		return this.batch;
	}

	/** For how long it has had the same records, or zero when it has none. */
	long heldForNanos() {
		return this.held.isEmpty() ? 0 : System.nanoTime() - this.heldSinceNanos;
	}

	boolean holds(QueueRecord delivery) {
		Held found = this.held.get(Key.of(delivery));
		return found != null && found.delivery == delivery;
	}

	CompletableFuture<Boolean> settle(QueueRecord delivery, AcknowledgeType type) {
		Outgoing settlement = new Outgoing(delivery, type, new CompletableFuture<>());
		this.outgoing.add(settlement);
		this.wakeups.release();
		return settlement.answer();
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
		if (!this.renewing.isEmpty()) {
			awaitRenewed();
		}
		else if (this.held.isEmpty()) {
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
		if (!this.unconfirmed.isEmpty()) {
			// With a fetch it could wait for the next one, behind records that have come.
			this.consumer.commitAsync();
			if (isOverdue()) {
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
		else if (!this.unconfirmed.isEmpty()) {
			// What is given back must not go with it: the broker refuses all or nothing.
			rest(RENEWING_MILLIS);
		}
		else {
			take(releaseOld(poll(Duration.ZERO)));
		}
	}

	/** Whether the client waits for an answer that it may have dropped. */
	private boolean isOverdue() {
		Map.Entry<Key, Sent> oldest = this.unconfirmed.firstEntry();
		return oldest != null && System.nanoTime() - oldest.getValue().nanos() > this.lockNanos;
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
			if (deliveryCount(record) + 1 < this.member.queue().deliveryLimit()) {
				this.consumer.acknowledge(record, AcknowledgeType.RELEASE);
			}
			else {
				last.add(record);
			}
		}
		return last;
	}

	private static int deliveryCount(ConsumerRecord<?, ?> record) {
		return record.deliveryCount().map(Short::intValue).orElse(1);
	}

	/** What is new, and what comes back renewed. */
	private void accept(Iterable<ConsumerRecord<byte[], byte[]>> records) {
		List<QueueRecord> fresh = new ArrayList<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			Key key = Key.of(record);
			if (this.renewing.remove(key)) {
				continue;
			}
			QueueRecord delivery = new QueueRecord(new StreamPartition(record.topic(), record.partition()),
					RecordReader.readOne(record), deliveryCount(record));
			// It would not be delivered again if the broker had known that it was
			// settled.
			loseSettlement(key, null);
			this.held.put(key, new Held(delivery, record));
			fresh.add(delivery);
		}
		this.member.took(this, fresh);
	}

	private void settleAll() {
		List<Outgoing> later = new ArrayList<>();
		for (Outgoing next = this.outgoing.poll(); next != null; next = this.outgoing.poll()) {
			Key key = Key.of(next.delivery());
			Held found = this.held.get(key);
			if (found == null || found.delivery != next.delivery()) {
				next.answer().complete(false);
			}
			else if (this.renewing.contains(key) || this.unconfirmed.containsKey(key)) {
				// Its turn comes when the answer to the one before has been seen.
				later.add(next);
			}
			else {
				settle(key, found, next);
			}
		}
		this.outgoing.addAll(later);
	}

	private void settle(Key key, Held found, Outgoing settlement) {
		try {
			this.consumer.acknowledge(found.record, settlement.type());
			this.held.remove(key);
			this.unconfirmed.put(key, new Sent(settlement, System.nanoTime()));
		}
		catch (IllegalStateException ex) {
			lose(key);
			settlement.answer().complete(false);
		}
	}

	private void renew() {
		this.renewedNanos = System.nanoTime();
		this.confirmedRenewals = 0;
		this.held.forEach((key, each) -> {
			try {
				this.consumer.acknowledge(each.record, AcknowledgeType.RENEW);
				this.renewing.add(key);
			}
			catch (IllegalStateException ex) {
				lose(key);
			}
		});
		this.consumer.commitAsync();
	}

	/** A poll before all are confirmed would fetch others, which nobody could renew. */
	private void awaitRenewed() {
		this.consumer.commitAsync();
		if (this.renewing.isEmpty()) {
			// All were refused: a poll would give out what the client fetched since.
			return;
		}
		if (this.confirmedRenewals < this.renewing.size()) {
			if (System.nanoTime() - this.renewedNanos < this.lockNanos) {
				rest(RENEWING_MILLIS);
			}
			else {
				replaceConsumer();
			}
			return;
		}
		accept(this.consumer.poll(Duration.ZERO));
		// What did not come back is not this consumer's any more.
		this.renewing.forEach(this::lose);
		this.renewing.clear();
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
		this.renewing.clear();
		this.held.keySet().forEach(this::lose);
		List.copyOf(this.unconfirmed.keySet()).forEach((key) -> loseSettlement(key, null));
		try {
			this.consumer.close(Duration.ZERO);
		}
		catch (KafkaException ex) {
			logger.debug("A share consumer did not leave in good order", ex);
		}
		this.consumer = next;
		subscribe();
	}

	/** The brokers' answer, within a call of the consumer. */
	private void confirmed(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception failure) {
		offsets.forEach((partition, of) -> of.forEach((offset) -> {
			Key key = new Key(partition.topicPartition(), offset);
			if (this.unconfirmed.containsKey(key)) {
				confirmedSettlement(key, failure);
			}
			else if (this.renewing.contains(key)) {
				confirmedRenewal(key, failure);
			}
		}));
	}

	private void confirmedSettlement(Key key, @Nullable Exception failure) {
		if (failure != null) {
			loseSettlement(key, failure);
			return;
		}
		Sent sent = this.unconfirmed.remove(key);
		if (sent != null) {
			this.member.unreserve(1);
			sent.settlement().answer().complete(true);
		}
	}

	private void confirmedRenewal(Key key, @Nullable Exception failure) {
		if (failure == null) {
			this.confirmedRenewals++;
		}
		else {
			this.renewing.remove(key);
			lose(key);
		}
	}

	private void lose(Key key) {
		Held found = this.held.remove(key);
		if (found != null) {
			this.member.unreserve(1);
			this.member.lost(found.delivery, null);
		}
	}

	private void loseSettlement(Key key, @Nullable Exception cause) {
		Sent sent = this.unconfirmed.remove(key);
		if (sent != null) {
			this.member.unreserve(1);
			this.member.lost(sent.settlement().delivery(), cause);
			sent.settlement().answer().complete(false);
		}
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
		this.unconfirmed.values().forEach((sent) -> sent.settlement().answer().complete(false));
		this.outgoing.forEach((settlement) -> settlement.answer().complete(false));
		this.held.clear();
	}

	/** Where a record stands. */
	private record Key(TopicPartition partition, long offset) {

		static Key of(ConsumerRecord<?, ?> record) {
			return new Key(new TopicPartition(record.topic(), record.partition()), record.offset());
		}

		static Key of(QueueRecord delivery) {
			return new Key(new TopicPartition(delivery.partition().stream(), delivery.partition().partition()),
					delivery.record().position().major());
		}

	}

	/** What a handler has. */
	private static final class Held {

		private final QueueRecord delivery;

		private final ConsumerRecord<byte[], byte[]> record;

		private Held(QueueRecord delivery, ConsumerRecord<byte[], byte[]> record) {
			this.delivery = delivery;
			this.record = record;
		}

	}

	private record Outgoing(QueueRecord delivery, AcknowledgeType type, CompletableFuture<Boolean> answer) {

	}

	/** A settlement that the client was told, and when. */
	private record Sent(Outgoing settlement, long nanos) {

	}

}
