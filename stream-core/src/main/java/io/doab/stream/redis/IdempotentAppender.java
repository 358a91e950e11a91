package io.doab.stream.redis;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;

import org.jspecify.annotations.Nullable;

/**
 * Appends each event once, however often it has to be sent: the server remembers, in the
 * slot of the partition, the number of the publisher's last batch.
 */
final class IdempotentAppender implements Appender {

	/** What may wait to be sent, as Kafka's producer has it. */
	private static final long MAX_BUFFERED_BYTES = 32L * 1024 * 1024;

	private static final Duration SWEEP = Duration.ofMillis(50);

	/** For a request that a server which stood still finds when it goes on. */
	private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(1);

	private final AppendRoute route;

	private final Duration timeout;

	private final ScheduledExecutorService timer;

	private final String id = UUID.randomUUID().toString();

	private final Map<StreamPartition, PublishQueue> queues = new ConcurrentHashMap<>();

	private final AtomicLong bufferedBytes = new AtomicLong();

	private final ScheduledFuture<?> sweep;

	private volatile boolean closed;

	IdempotentAppender(AppendRoute route, Duration timeout, ScheduledExecutorService timer) {
		this.route = route;
		this.timeout = timeout;
		this.timer = timer;
		this.sweep = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	@Override
	public CompletableFuture<@Nullable Position> append(Append append) {
		int size = append.event().size();
		if (this.closed) {
			return refused("The publisher was closed");
		}
		if (this.bufferedBytes.addAndGet(size) > MAX_BUFFERED_BYTES) {
			release(size);
			return refused("More than " + MAX_BUFFERED_BYTES
					+ " bytes wait to be stored in Redis; wait for some of them before you publish more");
		}
		CompletableFuture<@Nullable Position> stored = new CompletableFuture<>();
		this.queues.computeIfAbsent(append.target(), (target) -> new PublishQueue(this, target))
			.add(new PublishBatch.Pending(append.event(), size, System.nanoTime() + this.timeout.toNanos(), stored));
		if (this.closed) {
			this.queues.values().forEach(PublishQueue::close);
		}
		return stored;
	}

	private static CompletableFuture<@Nullable Position> refused(String reason) {
		return CompletableFuture.failedFuture(new UnconfirmedException(Known.NOT_STORED, reason, null));
	}

	private void sweep() {
		if (this.bufferedBytes.get() > 0) {
			long now = System.nanoTime();
			// What waits for it is not the timer's to wait for.
			Thread.ofVirtual()
				.name("doab-redis-publish")
				.start(() -> this.queues.values().forEach((queue) -> queue.expire(now)));
		}
	}

	AppendRoute route() {
		return this.route;
	}

	String id() {
		return this.id;
	}

	Duration timeout() {
		return this.timeout;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	boolean isClosed() {
		return this.closed;
	}

	/** How long the server remembers a batch: longer than any of it is tried again. */
	long rememberMillis() {
		return Math.max(SHORTEST_MEMORY.toMillis(), 6 * this.timeout.toMillis());
	}

	void release(int bytes) {
		this.bufferedBytes.addAndGet(-bytes);
	}

	@Override
	public void verify() {
		this.route.verify();
	}

	@Override
	public void close() {
		this.closed = true;
		this.sweep.cancel(false);
		this.queues.values().forEach(PublishQueue::close);
		this.route.close();
	}

}
