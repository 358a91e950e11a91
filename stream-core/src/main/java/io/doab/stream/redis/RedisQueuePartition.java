package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.Settlement;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of a queue as one consumer sees it: its consumer group, what the consumer
 * holds of it, and what it takes over from others.
 *
 * <p>
 * <b>Threads.</b> The thread in {@link RedisQueueMember#take} opens it and takes over; a
 * timer renews; settlements come from any. What is held is in a concurrent map: an entry
 * leaves it when its settlement is confirmed, or when the server says that it is not this
 * consumer's any more, whichever comes first.
 */
final class RedisQueuePartition {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueuePartition.class);

	private static final String FROM_THE_START = "0-0";

	private static final int MADE_AGAIN = 2;

	private static final int MOST_CLAIMED = 100;

	private static final int MOST_RENEWED = 2_000;

	private static final long LONGEST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final RedisQueueMember member;

	private final QueueSpec queue;

	private final StreamPartition partition;

	private final String key;

	private final Map<String, HeldDelivery> held = new ConcurrentHashMap<>();

	private final QueueSettlements settlements = new QueueSettlements(this);

	private final AtomicLong lost = new AtomicLong();

	private final AtomicLong dropped = new AtomicLong();

	/** The session under which the group is known to be there. */
	private volatile @Nullable RedisSession opened;

	private volatile long sweepNanos;

	private @Nullable CompletableFuture<List<Object>> claiming;

	private int reserved;

	private String cursor = FROM_THE_START;

	RedisQueuePartition(RedisQueueMember member, QueueSpec queue, StreamPartition partition) {
		this.member = member;
		this.queue = queue;
		this.partition = partition;
		this.key = RedisKeys.stream(partition);
	}

	String key() {
		return this.key;
	}

	StreamPartition partition() {
		return this.partition;
	}

	@Nullable RedisSession currentSession() {
		return this.member.currentSession(this.key);
	}

	int held() {
		return this.held.size();
	}

	/** How many entries are asked for and have not come. */
	int reserved() {
		return this.reserved;
	}

	long lostDeliveries() {
		return this.lost.get();
	}

	long droppedEvents() {
		return this.dropped.get();
	}

	// The group.

	/**
	 * Sees that the group is there, and that what is held is renewed before anything is
	 * taken over. Blocks, with a new connection only.
	 */
	void open() {
		RedisSession session = this.member.session(this.key);
		if (session == this.opened) {
			return;
		}
		long made = session.<Long>await("open queue " + this.queue.queue() + " on " + this.key,
				session.run(RedisScript.QUEUE_OPEN, ScriptOutputType.INTEGER, keys(),
						RedisLink.bytes(RedisKeys.queueGroup(this.queue.queue())),
						RedisLink.bytes((this.queue.startAt() == StartAt.LATEST) ? "$" : "0")));
		if (made == MADE_AGAIN) {
			logger.warn("Queue {}: its consumer group on {} was gone and is made again. What was not acknowledged is"
					+ " delivered again, and some that was may be", this.queue.queue(), this.key);
		}
		session.await("renew deliveries of " + this.key, renew(session));
		this.claiming = null;
		this.reserved = 0;
		this.cursor = FROM_THE_START;
		this.sweepNanos = System.nanoTime();
		this.opened = session;
	}

	boolean isOpen() {
		RedisSession session = this.opened;
		return session != null && session.isOpen();
	}

	/** The group is to be looked for anew. */
	void reopen() {
		this.opened = null;
	}

	// What is held.

	/** A delivery is this consumer's from now on; null when it was before. */
	@Nullable QueueRecord hold(StreamRecord record, int deliveryCount) {
		QueueRecord delivery = new QueueRecord(this.partition, record, deliveryCount);
		HeldDelivery fresh = new HeldDelivery(delivery);
		return (this.held.putIfAbsent(fresh.id, fresh) == null) ? delivery : null;
	}

	boolean holds(QueueRecord delivery) {
		return find(delivery) != null;
	}

	private @Nullable HeldDelivery find(QueueRecord delivery) {
		HeldDelivery found = this.held.get(delivery.record().position().toString());
		return (found != null && found.delivery == delivery) ? found : null;
	}

	CompletableFuture<Boolean> settle(QueueRecord delivery, Settlement settlement) {
		HeldDelivery found = find(delivery);
		if (found == null) {
			return CompletableFuture.completedFuture(false);
		}
		Duration visibility = this.queue.visibilityTime();
		if (settlement instanceof Settlement.Release(Duration delay, boolean begun) && delay.compareTo(visibility) > 0
				&& !this.member.isClosing()) {
			// The server's clock of an entry reaches no further: it is held until then.
			CompletableFuture<Boolean> answer = new CompletableFuture<>();
			this.member.later(delay.minus(visibility), () -> {
				var _ = this.settlements.add(found, new Settlement.Release(visibility, begun))
					.whenComplete((effective, failure) -> {
						if (failure == null) {
							answer.complete(effective);
						}
						else {
							answer.completeExceptionally(failure);
						}
					});
			});
			return answer;
		}
		return this.settlements.add(found, settlement);
	}

	/** Sends what could not be sent before. */
	void flush() {
		this.settlements.flush();
	}

	boolean isSettled() {
		return this.settlements.isEmpty();
	}

	/** A settlement is confirmed. */
	void settled(HeldDelivery delivery, Settlement settlement) {
		this.held.remove(delivery.id, delivery);
		if (settlement instanceof Settlement.Release(Duration delay, var _)) {
			this.member.later(delay, () -> {
				this.sweepNanos = System.nanoTime();
				this.member.wakeup();
			});
		}
		this.member.wakeup();
	}

	/** A delivery is another consumer's, or nobody's. */
	void lost(HeldDelivery delivery) {
		if (this.held.remove(delivery.id, delivery)) {
			this.lost.incrementAndGet();
			logger.debug("Queue {}: {} was lost", this.queue.queue(), delivery.delivery);
		}
	}

	/** For how long an entry counts as idle that is due after a delay. */
	long idleMillis(Duration delay) {
		return Math.max(0, this.queue.visibilityTime().minus(delay).toMillis());
	}

	/** Tells how many of them had been delivered and not acknowledged. */
	CompletableFuture<Long> acknowledge(RedisSession session, String[] ids) {
		String group = RedisKeys.queueGroup(this.queue.queue());
		if (!this.queue.removeAcknowledged()) {
			return session.commands().xack(this.key, group, ids).toCompletableFuture();
		}
		List<byte[]> words = new ArrayList<>(List.of(RedisLink.bytes(group)));
		for (String id : ids) {
			words.add(RedisLink.bytes(id));
		}
		return session.run(RedisScript.QUEUE_ACKNOWLEDGE, ScriptOutputType.INTEGER, new String[] { this.key },
				words.toArray(byte[][]::new));
	}

	/** Tells the server that this consumer lives; hears what is not its own any more. */
	CompletableFuture<Void> renew(RedisSession session) {
		List<HeldDelivery> all = new ArrayList<>(this.held.values());
		List<CompletableFuture<?>> answers = new ArrayList<>();
		for (int from = 0; from < all.size(); from += MOST_RENEWED) {
			Map<String, HeldDelivery> some = new LinkedHashMap<>();
			List<byte[]> words = words();
			for (HeldDelivery each : all.subList(from, Math.min(from + MOST_RENEWED, all.size()))) {
				some.put(each.id, each);
				words.add(RedisLink.bytes(each.id));
			}
			answers.add(
					session
						.<List<Object>>run(RedisScript.QUEUE_RENEW, ScriptOutputType.MULTI, new String[] { this.key },
								words.toArray(byte[][]::new))
						.thenAccept((gone) -> ids(gone).forEach((id) -> {
							HeldDelivery each = some.get(id);
							// One that is being acknowledged may be so already.
							if (each != null && !each.settling) {
								lost(each);
							}
						})));
		}
		return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
	}

	// What others held.

	long sweepNanos() {
		return this.sweepNanos;
	}

	/** Whether it is time to take over, or that is under way. */
	boolean isSweeping() {
		return this.claiming != null || System.nanoTime() - this.sweepNanos >= 0;
	}

	/**
	 * Begins to take over what nobody has given a sign of life for, unless that is under
	 * way.
	 * @param share how many at most
	 * @param room how many there is room for
	 */
	void sweep(int share, int room) {
		RedisSession session = this.opened;
		if (session == null || this.claiming != null || room <= 0) {
			return;
		}
		this.reserved = Math.min(Math.min(share, room), MOST_CLAIMED);
		List<byte[]> words = words();
		words.add(RedisLink.bytes(this.queue.visibilityTime().toMillis()));
		words.add(RedisLink.bytes(this.reserved));
		words.add(RedisLink.bytes(this.cursor));
		this.sweepNanos = System.nanoTime() + Math.min(LONGEST_SWEEP_NANOS, this.queue.visibilityTime().toNanos() / 4);
		CompletableFuture<List<Object>> answer = session.run(RedisScript.QUEUE_CLAIM, ScriptOutputType.MULTI, keys(),
				words.toArray(byte[][]::new));
		this.claiming = answer;
		var _ = answer.whenComplete((reply, failure) -> this.member.wakeup());
	}

	/** What was taken over. */
	List<QueueRecord> claimed() {
		CompletableFuture<List<Object>> ended = this.claiming;
		RedisSession session = this.opened;
		if (session == null || ended == null || !ended.isDone()) {
			return List.of();
		}
		this.claiming = null;
		this.reserved = 0;
		List<Object> reply = session.await("take over deliveries of " + this.key, ended);
		this.cursor = RedisLink.text((byte[]) reply.get(0));
		if (!this.cursor.equals(FROM_THE_START)) {
			this.sweepNanos = System.nanoTime();
		}
		List<?> gone = (List<?>) reply.get(2);
		if (!gone.isEmpty()) {
			this.dropped.addAndGet(gone.size());
			logger.warn("Queue {}: {} events of {} were removed from the stream before they were acknowledged",
					this.queue.queue(), gone.size(), this.key);
		}
		List<QueueRecord> taken = new ArrayList<>();
		for (Object each : (List<?>) reply.get(1)) {
			List<?> entry = (List<?>) each;
			QueueRecord delivery = hold(RedisEntries.record(new StreamMessage<>(this.key,
					RedisLink.text((byte[]) entry.get(0)), fields((List<?>) entry.get(2)))),
					Math.toIntExact((Long) entry.get(1)));
			if (delivery != null) {
				taken.add(delivery);
			}
		}
		return taken;
	}

	/** What a take-over that is under way brings. Blocks. */
	List<QueueRecord> lastClaimed() {
		CompletableFuture<List<Object>> running = this.claiming;
		RedisSession session = this.opened;
		if (session != null && running != null) {
			session.await("take over deliveries of " + this.key, running);
		}
		return claimed();
	}

	/** Removes this consumer, when it holds nothing; or those that are long gone. */
	CompletableFuture<Long> leave(RedisSession session, boolean self, Duration gone) {
		return session.run(RedisScript.QUEUE_LEAVE, ScriptOutputType.INTEGER, new String[] { this.key },
				RedisLink.bytes(RedisKeys.queueGroup(this.queue.queue())),
				RedisLink.bytes(self ? this.member.consumer() : ""), RedisLink.bytes(gone.toMillis()));
	}

	/** Group and consumer, to which the words of a script are added. */
	List<byte[]> words() {
		return new ArrayList<>(List.of(RedisLink.bytes(RedisKeys.queueGroup(this.queue.queue())),
				RedisLink.bytes(this.member.consumer())));
	}

	private String[] keys() {
		return new String[] { this.key, RedisKeys.queueFloor(this.queue.queue(), this.partition) };
	}

	static Set<String> ids(@Nullable List<Object> reply) {
		Set<String> ids = new HashSet<>();
		if (reply != null) {
			reply.forEach((id) -> ids.add(new String((byte[]) id, StandardCharsets.US_ASCII)));
		}
		return ids;
	}

	private static Map<String, byte[]> fields(List<?> flat) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		for (int i = 0; i + 1 < flat.size(); i += 2) {
			fields.put(RedisLink.text((byte[]) flat.get(i)), (byte[]) flat.get(i + 1));
		}
		return fields;
	}

}
