package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.doab.stream.Position;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.StreamRecord;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.WakeupException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer in its group with one producer of transactions, from joining to leaving.
 *
 * <p>
 * <b>Threads.</b> The consumer belongs to the thread in {@link #poll}, and so do the
 * callbacks of a rebalance ({@link PartitionHandover}). Commits run on the committer's
 * thread.
 *
 * <p>
 * <b>Taking over.</b> The producer of an owner that died may have left a transaction
 * open, which would hide the group's offsets until it times out. Its id stands in the
 * offset's metadata: it is fenced first, then offsets and state are read. An owner that
 * gives a partition up takes its id away, so that a living one is never fenced for what
 * it no longer owns ({@link GroupOffsets}).
 */
final class GroupConsumer {

	private static final Logger logger = LoggerFactory.getLogger(GroupConsumer.class);

	/**
	 * How long it is waited between polls while a partition is paused, for its room may
	 * come back meanwhile, or it may be taken over. In the consumer's own wait it would
	 * spin: that ends at once while there is anything in its buffer, also of a paused
	 * partition.
	 */
	private static final Duration PAUSED_WAIT = Duration.ofMillis(2);

	private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

	private final KafkaGroupStore store;

	private final OwnershipListener listener;

	private final Consumer<byte[], byte[]> consumer;

	private final String transactionalId;

	private final MemberEpoch epoch;

	private final TransactionCommitter committer;

	private final PartitionHandover handover;

	private final FetchPauses pauses;

	private final CoordinatorContact contact;

	private boolean subscribed;

	/**
	 * Creates a member.
	 * @param transactionalId also the consumer's client id, by which its group knows it
	 */
	GroupConsumer(KafkaGroupStore store, OwnershipListener listener, String transactionalId,
			Consumer<byte[], byte[]> consumer, KafkaClients clients) {
		String group = store.group().group();
		this.store = store;
		this.listener = listener;
		this.consumer = consumer;
		this.transactionalId = transactionalId;
		this.epoch = new MemberEpoch(consumer);
		this.pauses = new FetchPauses(consumer);
		this.committer = new TransactionCommitter(group, enough(store.group()), this.transactionalId,
				clients.transactional(this.transactionalId), this.epoch, consumer::wakeup);
		this.contact = new CoordinatorContact(group, consumer, clients.settings().sessionTimeout().plusSeconds(1));
		this.handover = new PartitionHandover(store, listener, consumer, this.committer, this.epoch, this.pauses);
	}

	/** Of what one partition may have in flight less than half. */
	private static int enough(GroupSpec group) {
		return group.maxFetchEvents() * 3 / 2;
	}

	void poll(Duration timeout) {
		subscribe();
		try {
			this.handover.adopt();
			this.committer.owns(this.handover.owned().size());
			boolean anyPaused = this.pauses.apply(this.handover.owned().keySet());
			ConsumerRecords<byte[], byte[]> records = this.consumer.poll(anyPaused ? Duration.ZERO : timeout);
			this.epoch.refresh();
			deliver(records);
			if (anyPaused && records.isEmpty()) {
				this.pauses.awaitRoom(PAUSED_WAIT);
			}
		}
		catch (WakeupException ex) {
			this.epoch.refresh();
		}
		catch (NoOffsetForPartitionException | StaleMemberEpochException | UnknownMemberIdException
				| FencedMemberEpochException ex) {
			// The consumer asks for offsets before its listener is called, that of an
			// assignment that may be over. Positions come from the listener.
			logger.trace("{}: the consumer asked for positions in vain", this.transactionalId, ex);
		}
		catch (InvalidOffsetException ex) {
			this.handover.fail(new FencedException("Where group " + this.store.group().group()
					+ " was to read there is nothing: " + ex.getMessage() + ". The log was cut or created again", ex));
		}
		catch (KafkaException ex) {
			if (this.handover.failure() == null) {
				throw KafkaFailures.translate("poll of group " + this.store.group().group(), ex);
			}
		}
		catch (IllegalStateException ex) {
			// When all is lost the consumer's own thread takes the assignment away, from
			// under a poll that goes on, as soon as the listener was told.
			if (this.handover.failure() == null) {
				throw ex;
			}
		}
		StreamException failure = this.handover.failure();
		if (failure != null) {
			this.handover.lose(failure);
			throw failure;
		}
		this.contact.require();
	}

	private void subscribe() {
		if (!this.subscribed) {
			this.store.ensureChangelog();
			this.committer.start();
			this.consumer.subscribe(this.store.group().inputs(), this.handover);
			this.subscribed = true;
		}
	}

	void pause(int partition) {
		this.pauses.pause(partition);
	}

	void resume(int partition) {
		this.pauses.resume(partition);
	}

	void wakeup() {
		this.consumer.wakeup();
		this.pauses.wakeup();
	}

	void close() {
		try {
			// Before the consumer's close, which ends the heartbeats first: handlers may
			// need longer than a session.
			this.handover.giveUpAll();
		}
		finally {
			leave();
		}
	}

	private void leave() {
		try {
			this.consumer.close(CloseOptions.timeout(LEAVE_LIMIT));
		}
		catch (KafkaException ex) {
			logger.debug("{} did not leave its group in good order", this.transactionalId, ex);
		}
		finally {
			this.committer.close();
			this.handover.lose(new FencedException("The member has left its group", null));
		}
	}

	private void deliver(ConsumerRecords<byte[], byte[]> records) {
		for (TopicPartition input : records.partitions()) {
			KafkaOwnership ownership = this.handover.owned().get(input.partition());
			if (ownership != null) {
				List<ConsumerRecord<byte[], byte[]>> read = records.records(input);
				List<StreamRecord> events = new ArrayList<>(read.size());
				RecordReader reader = new RecordReader();
				for (ConsumerRecord<byte[], byte[]> record : read) {
					events.add(reader.read(record));
				}
				deliver(ownership, input, events);
			}
		}
		// Positions move over marks of transactions, and over what was aborted, without
		// any record.
		this.handover.owned()
			.values()
			.forEach((ownership) -> ownership.checkpoints()
				.keySet()
				.forEach((stream) -> deliver(ownership, new TopicPartition(stream, ownership.partition()), List.of())));
	}

	private void deliver(KafkaOwnership ownership, TopicPartition input, List<StreamRecord> events) {
		Position scannedTo = positionOf(input, events);
		Position before = Objects.requireNonNull(ownership.scannedTo.get(input.topic()));
		if (scannedTo == null || (events.isEmpty() && scannedTo.equals(before))) {
			return;
		}
		if (scannedTo.compareTo(before) < 0) {
			this.handover.fail(new FencedException("The log of " + input + " went back from " + before + " to "
					+ scannedTo + ": it was cut or created again", null));
			return;
		}
		ownership.scannedTo.put(input.topic(), scannedTo);
		this.listener.fetched(ownership, new FetchedRecords(input.topic(), events, scannedTo));
	}

	/**
	 * Up to where an input is read, or null when that has to be asked for: no input waits
	 * for the leader of another. What was read is told in any case, for the consumer does
	 * not read it again; what is wrong is met by the next poll too.
	 */
	private @Nullable Position positionOf(TopicPartition input, List<StreamRecord> events) {
		try {
			return Position.ofOffset(this.consumer.position(input, Duration.ZERO) - 1);
		}
		catch (KafkaException ex) {
			return events.isEmpty() ? null : events.getLast().position();
		}
	}

}
