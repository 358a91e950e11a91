package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a partition's commits appended for partitions of other numbers, which in a cluster
 * a script cannot reach: the commit puts it here, and from here it is moved on.
 *
 * <p>
 * Whoever owns the partition moves entries in order, those of earlier owners first. Two
 * may do so at once, when one of them does not know that it owns the partition no more:
 * the receiving slot remembers the last entry that it took of each source and lease, in
 * the script that appends, and takes none twice ({@code relay.lua}). Entries go when they
 * have arrived.
 *
 * <p>
 * A commit is confirmed late while more than {@link #BACKLOG} entries wait, so that the
 * outbox does not grow while a server is away.
 */
final class Outbox {

	private static final Logger logger = LoggerFactory.getLogger(Outbox.class);

	static final String STREAM = "#stream";

	static final String PARTITION = "#partition";

	static final String LEASE = "#lease";

	/** What an entry has beside the event. */
	static final Set<String> OWN_FIELDS = Set.of(STREAM, PARTITION, LEASE);

	private static final int OWN_WORDS = 2 * OWN_FIELDS.size();

	private static final int MOVED_AT_ONCE = 500;

	/** How large what is moved at once may become. */
	private static final long MOVED_BYTES = 4L * 1024 * 1024;

	private static final int BACKLOG = 2_000;

	private static final Duration PAUSE = Duration.ofMillis(200);

	/** Long after it any command that is still on its way has arrived or ended. */
	private static final Duration REMEMBERED = Duration.ofDays(1);

	private final RedisGroupMember member;

	private final RedisPartitionLease lease;

	private final AtomicBoolean moving = new AtomicBoolean();

	private final AtomicBoolean more = new AtomicBoolean(true);

	/** How many entries of commits under this lease were not seen to arrive. */
	private long waiting;

	private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

	private boolean over;

	/** Of the entries that were read, leaning to the large; large until some were. */
	private long meanBytes = 1024 * 1024;

	Outbox(RedisGroupMember member, RedisPartitionLease lease) {
		this.member = member;
		this.lease = lease;
	}

	/** Whether an append is bound for another slot than that of its source. */
	static boolean isFor(Append append, int source) {
		return append.target().partition() != source;
	}

	/** The fields and values of an entry, as it waits here. */
	static List<byte[]> entry(Append append, String lease) {
		List<byte[]> words = new ArrayList<>(OWN_WORDS + RedisEntries.wordCount(append.event()));
		words.add(RedisLink.bytes(STREAM));
		words.add(RedisLink.bytes(append.target().stream()));
		words.add(RedisLink.bytes(PARTITION));
		words.add(RedisLink.bytes(append.target().partition()));
		words.add(RedisLink.bytes(LEASE));
		words.add(RedisLink.bytes(lease));
		RedisEntries.addWords(append.event(), words);
		return words;
	}

	/** A commit put entries here. Completes when there is room for more. */
	synchronized CompletableFuture<Void> added(long entries) {
		if (this.over) {
			return this.room;
		}
		this.waiting += entries;
		if (this.waiting > BACKLOG && this.room.isDone()) {
			this.room = new CompletableFuture<>();
		}
		if (entries > 0) {
			moveOn();
		}
		return this.room;
	}

	/** Moves what is here, unless that is being done. */
	void moveOn() {
		this.more.set(true);
		if (this.moving.compareAndSet(false, true)) {
			Thread.startVirtualThread(this::move);
		}
	}

	/** Nothing is waited for any more. */
	void end() {
		CompletableFuture<Void> waitedFor;
		synchronized (this) {
			this.over = true;
			waitedFor = this.room;
		}
		waitedFor.complete(null);
	}

	private void move() {
		int failures = 0;
		while (!this.lease.hasEnded() && this.more.getAndSet(false)) {
			try {
				while (!this.lease.hasEnded() && moveSome()) {
					failures = 0;
				}
			}
			catch (RuntimeException ex) {
				// Whatever it is: without it nothing moves any more.
				failures++;
				if (Integer.bitCount(failures) == 1) {
					logger.warn("{}: the outbox of partition {} waits, {} times so far: {}", this.member.name(),
							this.lease.partition(), failures, ex.getMessage());
				}
				this.more.set(true);
				LockSupport.parkNanos(PAUSE.toNanos() + ThreadLocalRandom.current().nextLong(PAUSE.toNanos()));
			}
		}
		this.moving.set(false);
		if (this.more.get() && !this.lease.hasEnded()) {
			moveOn();
		}
	}

	/** Moves the first entries; false when there are none. */
	private boolean moveSome() {
		String key = RedisKeys.outbox(this.member.name(), this.lease.partition());
		RedisSession source = this.member.session(key);
		List<StreamMessage<String, byte[]>> entries = source.await("read " + key,
				source.commands().xrange(key, Range.unbounded(), Limit.create(0, movedAtOnce())));
		if (entries.isEmpty()) {
			nothingWaits();
			return false;
		}
		entries.forEach(this::noteSize);
		Map<Integer, OutboxBatch> batches = new LinkedHashMap<>();
		for (StreamMessage<String, byte[]> entry : entries) {
			int target = Integer.parseInt(RedisLink.text(entry.getBody().getOrDefault(PARTITION, new byte[0])));
			batches.computeIfAbsent(target, (number) -> new OutboxBatch(number)).add(entry);
		}
		List<OutboxBatch> sent = new ArrayList<>();
		StreamException failure = null;
		for (OutboxBatch batch : batches.values()) {
			try {
				send(batch);
				sent.add(batch);
			}
			catch (StreamException ex) {
				failure = ex;
			}
		}
		List<String> arrived = sent.stream().flatMap((batch) -> batch.ids().stream()).toList();
		if (!arrived.isEmpty()) {
			source.await("clear " + key, source.commands().xdel(key, arrived.toArray(String[]::new)));
			moved(arrived.size());
		}
		if (failure != null) {
			throw failure;
		}
		return true;
	}

	private void send(OutboxBatch batch) {
		String relayed = RedisKeys.relayed(this.member.name(), batch.target(), this.lease.partition(), batch.lease());
		RedisSession target = this.member.session(relayed);
		target.await("move events to partition " + batch.target(), target.<byte[]>run(RedisScript.RELAY,
				ScriptOutputType.VALUE, batch.keys(relayed), batch.words(REMEMBERED.toMillis())));
	}

	private long movedAtOnce() {
		return Math.clamp(MOVED_BYTES / Math.max(this.meanBytes, 1), 1, MOVED_AT_ONCE);
	}

	/** Large ones count at once, small ones in the course of time. */
	private void noteSize(StreamMessage<String, byte[]> entry) {
		long bytes = entry.getBody().values().stream().mapToLong((value) -> value.length).sum();
		this.meanBytes = Math.max(bytes, this.meanBytes + (bytes - this.meanBytes) / 16);
	}

	private void moved(long entries) {
		leave((count) -> Math.max(0, count - entries));
	}

	/**
	 * Another may have moved entries, or the answer may have been lost that told of it.
	 */
	private void nothingWaits() {
		leave((count) -> 0);
	}

	private void leave(LongUnaryOperator count) {
		CompletableFuture<Void> waitedFor;
		synchronized (this) {
			this.waiting = count.applyAsLong(this.waiting);
			if (this.waiting > BACKLOG) {
				return;
			}
			waitedFor = this.room;
		}
		// What waits for it runs here.
		waitedFor.complete(null);
	}

}
