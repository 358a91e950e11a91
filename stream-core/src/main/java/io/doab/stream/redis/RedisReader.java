package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Position;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;

import org.jspecify.annotations.Nullable;

/**
 * Reads streams with {@code XREAD} on a connection of its own, one read at a time, which
 * waits at the server until there is something. A read takes nothing from anybody, so one
 * that comes late does no harm: what it brings for a lease that has ended is dropped.
 *
 * <p>
 * For one thread, but for the wake-up when a read has ended.
 */
final class RedisReader<S extends RedisReader.Source> {

	/**
	 * How large the answer may become to one read of all streams. One that is read alone
	 * brings no more of it, for the others may be in memory already.
	 */
	private static final long MAX_READ_BYTES = 16L * 1024 * 1024;

	private final RedisSession session;

	private final StatefulRedisConnection<String, byte[]> connection;

	private final long clientId;

	private final Runnable wakeup;

	/** What the read under way reads, by key. */
	private Map<String, S> sources = Map.of();

	private @Nullable CompletableFuture<List<StreamMessage<String, byte[]>>> reading;

	/** Whether the read under way was asked to end. */
	private @Nullable CompletableFuture<Long> unblocking;

	private final EntrySizes sizes = new EntrySizes(MAX_READ_BYTES);

	RedisReader(RedisSession session, Runnable wakeup) {
		this.session = session;
		this.connection = session.open();
		try {
			this.clientId = session.await("ask for a connection's number", this.connection.async().clientId());
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
		this.wakeup = wakeup;
	}

	/** What is read: a stream, from after a position. Told apart by equality. */
	interface Source {

		String key();

		Position after();

	}

	/** What was read of a source, at least one. */
	record Read<S>(S source, List<StreamRecord> records) {
	}

	RedisSession session() {
		return this.session;
	}

	/**
	 * Has these sources read, or goes on with a read that is under way. One that does not
	 * read all of them is asked to end; then this is to be called again.
	 * @param blockMillis how long a read waits for entries
	 * @param streams how many there are to read, at other times as well
	 */
	void read(List<S> wanted, long blockMillis, int maxEvents, int streams) {
		if (this.reading != null) {
			if (!wanted.stream().allMatch((source) -> source.equals(this.sources.get(source.key())))) {
				unblock();
			}
			return;
		}
		if (wanted.isEmpty()) {
			return;
		}
		this.sources = LinkedHashMap.newLinkedHashMap(wanted.size());
		wanted.forEach((source) -> this.sources.put(source.key(), source));
		@SuppressWarnings({ "unchecked", "rawtypes" })
		XReadArgs.StreamOffset<String>[] offsets = this.sources.values()
			.stream()
			.map((source) -> XReadArgs.StreamOffset.from(source.key(), source.after().toString()))
			.toArray(XReadArgs.StreamOffset[]::new);
		CompletableFuture<List<StreamMessage<String, byte[]>>> read = this.connection.async()
			.xread(XReadArgs.Builder.block(blockMillis)
				.count(this.sizes.fitting(Math.max(offsets.length, streams), maxEvents)), offsets)
			.toCompletableFuture();
		this.reading = read;
		var _ = read.whenComplete((entries, failure) -> this.wakeup.run());
	}

	/**
	 * The server may meet this before the read that it is to end: then it is asked again.
	 */
	private void unblock() {
		if (this.unblocking == null || this.unblocking.isDone()) {
			this.unblocking = this.session.commands()
				.clientUnblock(this.clientId, io.lettuce.core.UnblockType.TIMEOUT)
				.toCompletableFuture();
			var _ = this.unblocking.exceptionally((failure) -> 0L);
		}
	}

	/** Whether a read was asked to end and has not. */
	boolean isUnblocking() {
		return this.reading != null && this.unblocking != null;
	}

	/**
	 * What has been read, by source, if a read has ended.
	 * @throws io.doab.stream.error.StreamException when it failed
	 */
	List<Read<S>> take() {
		CompletableFuture<List<StreamMessage<String, byte[]>>> ended = this.reading;
		if (ended == null || !ended.isDone()) {
			return List.of();
		}
		this.reading = null;
		this.unblocking = null;
		List<StreamMessage<String, byte[]>> entries = this.session.await("read " + this.sources.keySet(), ended);
		return (entries != null) ? bySource(entries) : List.of();
	}

	private List<Read<S>> bySource(List<StreamMessage<String, byte[]>> entries) {
		List<Read<S>> reads = new ArrayList<>();
		int from = 0;
		while (from < entries.size()) {
			String key = entries.get(from).getStream();
			List<StreamRecord> records = new ArrayList<>();
			int to = from;
			while (to < entries.size() && entries.get(to).getStream().equals(key)) {
				StreamRecord record = RedisEntries.record(entries.get(to));
				this.sizes.saw(record.event().size());
				records.add(record);
				to++;
			}
			S source = this.sources.get(key);
			if (source != null) {
				reads.add(new Read<>(source, records));
			}
			from = to;
		}
		return reads;
	}

	void close() {
		this.session.close(this.connection);
	}

}
