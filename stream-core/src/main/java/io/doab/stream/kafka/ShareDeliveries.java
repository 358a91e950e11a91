package io.doab.stream.kafka;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.doab.stream.StreamPartition;
import io.doab.stream.spi.QueueRecord;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * What a share consumer was given, until the broker has confirmed what became of it.
 *
 * <p>
 * A delivery is held; then settled and not confirmed; then gone. While it is held it may
 * be in renewal: it was acknowledged as {@code RENEW}, and cannot be settled before the
 * broker has confirmed that and a poll has brought it back. A delivery that is another
 * consumer's by now, or may be, is lost: its {@link KafkaQueueMember} is told, and
 * whoever settled it that it was in vain.
 *
 * <p>
 * <b>Threads.</b> All belongs to the fetcher's thread, but {@link #holds} and
 * {@link #isEmpty}.
 */
final class ShareDeliveries {

	private final KafkaQueueMember member;

	/** What handlers have, by where it stands. Read by any thread. */
	private final Map<Key, Held> held = new ConcurrentHashMap<>();

	/** What is settled, and the broker has not confirmed: first what was sent first. */
	private final SequencedMap<Key, Sent> unconfirmed = new LinkedHashMap<>();

	/** Of what is held, what is in renewal. */
	private final Set<Key> renewing = new HashSet<>();

	/** Of those that are in renewal, how many the broker has confirmed. */
	private int confirmedRenewals;

	ShareDeliveries(KafkaQueueMember member) {
		this.member = member;
	}

	/** Whether handlers have none of them. */
	boolean isEmpty() {
		return this.held.isEmpty();
	}

	/** Whether a handler has it, and it is not known to be another consumer's. */
	boolean holds(QueueRecord delivery) {
		return find(Key.of(delivery), delivery) != null;
	}

	private @Nullable Held find(Key key, QueueRecord delivery) {
		Held found = this.held.get(key);
		return (found != null && found.delivery() == delivery) ? found : null;
	}

	/** Takes a record of a poll. Returns null when it comes back from its renewal. */
	@Nullable QueueRecord accept(ConsumerRecord<byte[], byte[]> record) {
		Key key = Key.of(record);
		if (this.renewing.remove(key)) {
			return null;
		}
		QueueRecord delivery = new QueueRecord(new StreamPartition(record.topic(), record.partition()),
				RecordReader.readOne(record), deliveryCount(record));
		// It would not be delivered again if the broker had known that it was settled.
		loseSettlement(key, null);
		this.held.put(key, new Held(delivery, record));
		return delivery;
	}

	static int deliveryCount(ConsumerRecord<?, ?> record) {
		return record.deliveryCount().map(Short::intValue).orElse(1);
	}

	// Settled.

	/**
	 * Tells the consumer what became of a delivery; its next request takes it along.
	 * @return false when its turn comes later: the broker's answer to what was sent
	 * before, of the same record, has not been seen
	 */
	boolean settle(ShareConsumer<byte[], byte[]> consumer, Settling settling) {
		Key key = Key.of(settling.delivery());
		Held found = find(key, settling.delivery());
		if (found == null) {
			settling.answer().complete(false);
			return true;
		}
		if (this.renewing.contains(key) || this.unconfirmed.containsKey(key)) {
			return false;
		}
		if (acknowledge(consumer, key, found, settling.type())) {
			this.held.remove(key);
			this.unconfirmed.put(key, new Sent(settling, System.nanoTime()));
		}
		else {
			settling.answer().complete(false);
		}
		return true;
	}

	/** Whether the consumer had it yet; if not, it is lost. */
	private boolean acknowledge(ShareConsumer<byte[], byte[]> consumer, Key key, Held each, AcknowledgeType type) {
		try {
			consumer.acknowledge(each.record(), type);
			return true;
		}
		catch (IllegalStateException ex) {
			lose(key);
			return false;
		}
	}

	boolean hasUnconfirmed() {
		return !this.unconfirmed.isEmpty();
	}

	/** For how long the broker has owed the oldest answer, or zero when it owes none. */
	long overdueNanos() {
		Map.Entry<Key, Sent> oldest = this.unconfirmed.firstEntry();
		return (oldest != null) ? System.nanoTime() - oldest.getValue().nanos() : 0;
	}

	// Renewed.

	/** Acknowledges all that is held as {@code RENEW}. */
	void renew(ShareConsumer<byte[], byte[]> consumer) {
		this.confirmedRenewals = 0;
		this.held.forEach((key, each) -> {
			if (acknowledge(consumer, key, each, AcknowledgeType.RENEW)) {
				this.renewing.add(key);
			}
		});
	}

	boolean isRenewing() {
		return !this.renewing.isEmpty();
	}

	/** Whether the broker has confirmed all that is in renewal: a poll brings it back. */
	boolean isRenewed() {
		return this.confirmedRenewals >= this.renewing.size();
	}

	/** What did not come back is not this consumer's any more. */
	void endRenewal() {
		this.renewing.forEach(this::lose);
		this.renewing.clear();
	}

	// Confirmed, or lost.

	/** The brokers' answer, within a call of the consumer. */
	void confirmed(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception failure) {
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
			sent.settling().answer().complete(true);
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
			this.member.lost(found.delivery(), null);
		}
	}

	private void loseSettlement(Key key, @Nullable Exception cause) {
		Sent sent = this.unconfirmed.remove(key);
		if (sent != null) {
			this.member.unreserve(1);
			this.member.lost(sent.settling().delivery(), cause);
			sent.settling().answer().complete(false);
		}
	}

	/** Their consumer is given up. */
	void loseAll() {
		this.renewing.clear();
		this.held.keySet().forEach(this::lose);
		List.copyOf(this.unconfirmed.keySet()).forEach((key) -> loseSettlement(key, null));
	}

	/** The consumer has left: what was not confirmed in time never will be. */
	void end() {
		this.unconfirmed.values().forEach((sent) -> sent.settling().answer().complete(false));
		this.held.clear();
	}

	/** What is to become of a delivery, and whether it did. */
	record Settling(QueueRecord delivery, AcknowledgeType type, CompletableFuture<Boolean> answer) {

	}

	/** A settlement that the client was told, and when. */
	private record Sent(Settling settling, long nanos) {

	}

	/** What a handler has. */
	private record Held(QueueRecord delivery, ConsumerRecord<byte[], byte[]> record) {

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

}
