package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Settlement;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;

/**
 * Sends the settlements of one partition of a queue: while some are under way, others
 * gather for the next. What is not confirmed is sent again, for each can be repeated.
 *
 * <p>
 * Safe for use by many threads: what waits belongs to the lock, and what is under way to
 * the answer.
 */
final class QueueSettlements {

	private static final int MOST_AT_ONCE = 500;

	private final RedisQueuePartition partition;

	private final Deque<Outgoing> waiting = new ArrayDeque<>();

	private boolean sending;

	QueueSettlements(RedisQueuePartition partition) {
		this.partition = partition;
	}

	CompletableFuture<Boolean> add(HeldDelivery held, Settlement settlement) {
		held.settling = true;
		Outgoing outgoing = new Outgoing(held, settlement, new CompletableFuture<>());
		synchronized (this) {
			this.waiting.add(outgoing);
		}
		flush();
		return outgoing.answer();
	}

	synchronized boolean isEmpty() {
		return this.waiting.isEmpty() && !this.sending;
	}

	/** Sends what waits, when nothing is under way and there is a connection. */
	void flush() {
		RedisSession session = this.partition.currentSession();
		List<Outgoing> batch = (session != null) ? next() : List.of();
		if (session == null || batch.isEmpty()) {
			return;
		}
		List<CompletableFuture<?>> answers = new ArrayList<>();
		sendAcknowledgements(session, batch, answers);
		sendReleases(session, batch, answers);
		sendDeadLetters(session, batch, answers);
		var _ = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
			synchronized (this) {
				this.sending = false;
			}
			if (failure == null) {
				flush();
			}
		});
	}

	private synchronized List<Outgoing> next() {
		if (this.sending) {
			return List.of();
		}
		List<Outgoing> batch = new ArrayList<>();
		while (batch.size() < MOST_AT_ONCE && !this.waiting.isEmpty()) {
			batch.add(this.waiting.poll());
		}
		this.sending = !batch.isEmpty();
		return batch;
	}

	private void sendAcknowledgements(RedisSession session, List<Outgoing> batch, List<CompletableFuture<?>> answers) {
		List<Outgoing> done = batch.stream()
			.filter((outgoing) -> outgoing.settlement() instanceof Settlement.Acknowledge)
			.toList();
		List<Outgoing> handled = new ArrayList<>();
		for (Outgoing outgoing : done) {
			if (outgoing.settlement() instanceof Settlement.Acknowledge(boolean before) && before) {
				// The server says how many of several it knew, not which.
				String id = outgoing.held().id;
				answers.add(this.partition.acknowledge(session, new String[] { id })
					.handle((count, failure) -> settled(session, List.of(outgoing),
							(count != null && count == 0) ? Set.of(id) : Set.of(), failure)));
			}
			else {
				handled.add(outgoing);
			}
		}
		if (!handled.isEmpty()) {
			String[] ids = handled.stream().map((outgoing) -> outgoing.held().id).toArray(String[]::new);
			answers.add(this.partition.acknowledge(session, ids)
				.handle((count, failure) -> settled(session, handled, Set.of(), failure)));
		}
	}

	private void sendReleases(RedisSession session, List<Outgoing> batch, List<CompletableFuture<?>> answers) {
		List<Outgoing> released = new ArrayList<>();
		List<byte[]> words = this.partition.words();
		for (Outgoing outgoing : batch) {
			if (outgoing.settlement() instanceof Settlement.Release(Duration delay, boolean begun)) {
				released.add(outgoing);
				words.add(RedisLink.bytes(outgoing.held().id));
				words.add(RedisLink.bytes(this.partition.idleMillis(delay)));
				words.add(begun ? new byte[0] : RedisLink.bytes(outgoing.held().delivery.deliveryCount() - 1L));
			}
		}
		if (!released.isEmpty()) {
			answers.add(session
				.<List<Object>>run(RedisScript.QUEUE_RELEASE, ScriptOutputType.MULTI,
						new String[] { this.partition.key() }, words.toArray(byte[][]::new))
				.handle((lost, failure) -> settled(session, released, RedisQueuePartition.ids(lost), failure)));
		}
	}

	private void sendDeadLetters(RedisSession session, List<Outgoing> batch, List<CompletableFuture<?>> answers) {
		for (Outgoing outgoing : batch) {
			if (outgoing.settlement() instanceof Settlement.DeadLetter(Append letter)) {
				List<byte[]> words = this.partition.words();
				words.add(RedisLink.bytes(outgoing.held().id));
				RedisEntries.addWords(letter.event(), words);
				answers.add(session
					.<Long>run(RedisScript.QUEUE_REJECT, ScriptOutputType.INTEGER,
							new String[] { this.partition.key(), RedisKeys.stream(letter.target()) },
							words.toArray(byte[][]::new))
					.handle((stored, failure) -> settled(session, List.of(outgoing),
							(stored != null && stored == 0) ? Set.of(outgoing.held().id) : Set.of(), failure)));
			}
		}
	}

	/** Throws, in a future, when they have to be sent again. */
	private @Nullable Void settled(RedisSession session, List<Outgoing> sent, Set<String> lost,
			@Nullable Throwable failure) {
		if (failure == null) {
			for (Outgoing outgoing : sent) {
				this.partition.settled(outgoing.held(), outgoing.settlement());
				outgoing.answer().complete(!lost.contains(outgoing.held().id));
			}
			return null;
		}
		session.failed(failure);
		StreamException cause = RedisFailures.translate("settle deliveries of " + this.partition.key(), failure);
		if (RedisFailures.isMissingGroup(failure)) {
			this.partition.reopen();
			sent.forEach((outgoing) -> {
				this.partition.lost(outgoing.held());
				outgoing.answer().complete(false);
			});
			return null;
		}
		if (cause instanceof FatalStreamException) {
			sent.forEach((outgoing) -> {
				outgoing.held().settling = false;
				outgoing.answer().completeExceptionally(cause);
			});
			return null;
		}
		synchronized (this) {
			this.waiting.addAll(sent);
		}
		throw cause;
	}

	private record Outgoing(HeldDelivery held, Settlement settlement, CompletableFuture<Boolean> answer) {

	}

}
