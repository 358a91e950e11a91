package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Consumer;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;

import org.jspecify.annotations.Nullable;

/**
 * Reads new entries of a queue with {@code XREADGROUP} on a connection of its own, one
 * read at a time, which waits at the server until there is something. What it brings is
 * this consumer's; what it would have brought when its answer gets lost becomes visible
 * to all, this consumer too, when the visibility time is over.
 *
 * <p>
 * For one thread, but for the wake-up when a read has ended.
 */
final class QueueReader {

	/** How large the answer to one read may become. */
	private static final long MAX_READ_BYTES = 16L * 1024 * 1024;

	private static final int MOST_PER_STREAM = 500;

	/** How long a read waits when it cannot ask for all streams. */
	private static final long SHORT_BLOCK_MILLIS = 20;

	private final RedisSession session;

	private final StatefulRedisConnection<String, byte[]> connection;

	private final List<RedisQueuePartition> partitions;

	private final Consumer<String> consumer;

	private final long blockMillis;

	private final Runnable wakeup;

	private @Nullable CompletableFuture<List<StreamMessage<String, byte[]>>> reading;

	private int reserved;

	/** The first of those that the next read asks for. */
	private int next;

	/** Of the entries that were read, leaning to the large; large until some were. */
	private long meanEventBytes = 64 * 1024;

	QueueReader(RedisSession session, List<RedisQueuePartition> partitions, Consumer<String> consumer, long blockMillis,
			Runnable wakeup) {
		this.session = session;
		this.connection = session.open();
		this.partitions = List.copyOf(partitions);
		this.consumer = consumer;
		this.blockMillis = blockMillis;
		this.wakeup = wakeup;
	}

	RedisSession session() {
		return this.session;
	}

	/** How many entries a read under way may bring. */
	int reserved() {
		return this.reserved;
	}

	/**
	 * Begins a read when none is under way.
	 * @param room how many entries it may bring, at least 1
	 * @param isScarce whether others wait for that room
	 */
	void read(int room, boolean isScarce) {
		if (this.reading != null) {
			return;
		}
		int streams = Math.min(room, this.partitions.size());
		long count = Math.clamp(Math.min(room / streams, MAX_READ_BYTES / (streams * this.meanEventBytes)), 1,
				MOST_PER_STREAM);
		@SuppressWarnings({ "unchecked", "rawtypes" })
		XReadArgs.StreamOffset<String>[] offsets = new XReadArgs.StreamOffset[streams];
		for (int i = 0; i < streams; i++) {
			offsets[i] = XReadArgs.StreamOffset
				.lastConsumed(this.partitions.get((this.next + i) % this.partitions.size()).key());
		}
		this.next = (this.next + streams) % this.partitions.size();
		this.reserved = Math.toIntExact(count * streams);
		long block = (isScarce || streams < this.partitions.size()) ? SHORT_BLOCK_MILLIS : this.blockMillis;
		CompletableFuture<List<StreamMessage<String, byte[]>>> read = this.connection.async()
			.xreadgroup(this.consumer, XReadArgs.Builder.block(block).count(count), offsets)
			.toCompletableFuture();
		this.reading = read;
		var _ = read.whenComplete((entries, failure) -> this.wakeup.run());
	}

	boolean isReading() {
		return this.reading != null;
	}

	/**
	 * What has been read, if a read has ended.
	 * @throws io.doab.stream.error.StreamException when it failed
	 */
	List<QueueRecord> taken() {
		CompletableFuture<List<StreamMessage<String, byte[]>>> ended = this.reading;
		return (ended != null && ended.isDone()) ? await(ended) : List.of();
	}

	/** Waits for a read under way. */
	List<QueueRecord> last() {
		return (this.reading != null) ? await(this.reading) : List.of();
	}

	private List<QueueRecord> await(CompletableFuture<List<StreamMessage<String, byte[]>>> read) {
		try {
			List<StreamMessage<String, byte[]>> entries = this.session.await("read a queue", read);
			return (entries != null) ? held(entries) : List.of();
		}
		catch (RuntimeException ex) {
			if (RedisFailures.isMissingGroup(causeOf(ex))) {
				this.partitions.forEach(RedisQueuePartition::reopen);
				return List.of();
			}
			throw ex;
		}
		finally {
			this.reading = null;
			this.reserved = 0;
		}
	}

	private static Throwable causeOf(RuntimeException ex) {
		return (ex.getCause() != null) ? ex.getCause() : ex;
	}

	private List<QueueRecord> held(List<StreamMessage<String, byte[]>> entries) {
		Map<String, RedisQueuePartition> byKey = LinkedHashMap.newLinkedHashMap(this.partitions.size());
		this.partitions.forEach((partition) -> byKey.put(partition.key(), partition));
		List<QueueRecord> taken = new ArrayList<>(entries.size());
		for (StreamMessage<String, byte[]> entry : entries) {
			RedisQueuePartition partition = byKey.get(entry.getStream());
			StreamRecord record = RedisEntries.record(entry);
			int bytes = record.event().size();
			this.meanEventBytes = Math.max(Math.max(bytes, 1),
					this.meanEventBytes + (bytes - this.meanEventBytes) / 16);
			QueueRecord delivery = (partition != null) ? partition.hold(record, 1) : null;
			if (delivery != null) {
				taken.add(delivery);
			}
		}
		return taken;
	}

	void close() {
		this.session.close(this.connection);
	}

}
