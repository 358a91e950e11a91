package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;

import org.jspecify.annotations.Nullable;

/**
 * What one publisher has for one partition.
 *
 * <p>
 * One batch is under way; what comes meanwhile makes up the next, so a lone event goes at
 * once and many go together. A batch that was not answered is sent again under its number
 * until it is answered, or until nobody waits for any of its events any more; only then
 * comes the next one. So a retry overtakes nothing, and the server can tell it from a new
 * batch by the number alone. A batch that was given up is never sent again: whoever was
 * told that an event is not stored can rely on that.
 *
 * <p>
 * Guarded by its own monitor. Nothing is sent and no future completed under it.
 */
final class PublishQueue {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	private final IdempotentAppender owner;

	private final StreamPartition target;

	private final String key;

	private final ArrayDeque<PublishBatch.Pending> waiting = new ArrayDeque<>();

	private @Nullable PublishBatch underWay;

	/** Somebody is about to send what waits. */
	private boolean gathering;

	private long lastNumber;

	PublishQueue(IdempotentAppender owner, StreamPartition target) {
		this.owner = owner;
		this.target = target;
		this.key = RedisKeys.stream(target);
	}

	void add(PublishBatch.Pending event) {
		synchronized (this) {
			this.waiting.add(event);
			if (this.underWay != null || this.gathering) {
				return;
			}
			this.gathering = true;
		}
		if (Thread.currentThread().isVirtual()) {
			// After all that are about to run: what those of them add goes with it.
			Thread.ofVirtual().name("doab-redis-publish").start(this::sendGathered);
		}
		else {
			sendGathered();
		}
	}

	private void sendGathered() {
		PublishBatch next;
		synchronized (this) {
			this.gathering = false;
			next = nextBatch();
		}
		if (next != null) {
			attempt(next);
		}
	}

	/** The next batch, when none is under way and something waits. */
	private @Nullable PublishBatch nextBatch() {
		if (this.underWay != null || this.waiting.isEmpty()) {
			return null;
		}
		PublishBatch batch = new PublishBatch(++this.lastNumber);
		for (PublishBatch.Pending event = this.waiting.peek(); event != null
				&& batch.hasRoomFor(event); event = this.waiting.peek()) {
			batch.add(this.waiting.remove());
		}
		this.underWay = batch;
		return batch;
	}

	/** May wait for a connection, so it is for no thread of the client. */
	private void attempt(PublishBatch batch) {
		try {
			this.owner.route().open(this.key);
			send(batch);
		}
		catch (RetriableException ex) {
			// Not sent this time.
			retry(batch, ex);
		}
		catch (RuntimeException ex) {
			// Whatever it was: who waits must not wait for ever.
			failed(batch, ex);
		}
	}

	private void send(PublishBatch batch) {
		boolean inDoubt;
		synchronized (this) {
			if (batch.isGivenUp()) {
				return;
			}
			inDoubt = batch.sending();
		}
		try {
			sendOnce(batch);
		}
		catch (RetriableException ex) {
			synchronized (this) {
				batch.notSent(inDoubt);
			}
			throw ex;
		}
	}

	private void sendOnce(PublishBatch batch) {
		var _ = this.owner.route()
			.send(this.key,
					(commands) -> batch.send(commands, this.target, this.owner.id(), this.owner.rememberMillis()))
			.whenComplete((answer, failure) -> {
				if (failure == null) {
					stored(batch, answer);
				}
				else {
					failed(batch, RedisFailures.unwrap(failure));
				}
			});
	}

	private void stored(PublishBatch batch, byte[] answer) {
		List<Position> positions = PublishBatch.positions(answer);
		goOn(batch);
		for (int i = 0; i < positions.size(); i++) {
			batch.events().get(i).stored().complete(positions.get(i));
		}
	}

	private void failed(PublishBatch batch, Throwable failure) {
		boolean hopeless = learn(batch, failure);
		if (hopeless) {
			giveUp(batch, RedisAppenders.failure("append to " + this.target, failure));
		}
		else {
			retry(batch, failure);
		}
	}

	/** Whether there is no use in sending it again. */
	private synchronized boolean learn(PublishBatch batch, Throwable failure) {
		if (failure instanceof UnconfirmedException told) {
			batch.learn(told.known());
			return false;
		}
		if (!RedisFailures.isRefusal(failure)) {
			batch.learn(Known.MAYBE_STORED);
			return false;
		}
		batch.refused();
		if (RedisFailures.isMissingScript(failure)) {
			batch.sendText();
			return false;
		}
		return !RedisFailures.isBrief(failure) && !batch.isInDoubt();
	}

	/** Those of its events whose time is over are told by {@link #expire}. */
	private void retry(PublishBatch batch, Throwable failure) {
		if (!batch.isAwaited(System.nanoTime()) || this.owner.isClosed()) {
			giveUp(batch, unconfirmed(known(batch), failure));
			return;
		}
		int failures = batch.countFailure();
		long pause = (failures == 1 && RedisFailures.isMissingScript(failure)) ? 0
				: Math.min(FIRST_PAUSE.toNanos() << Math.min(failures - 1, 10), LONGEST_PAUSE.toNanos());
		try {
			var _ = this.owner.timer()
				.schedule(() -> Thread.ofVirtual().name("doab-redis-publish").start(() -> attempt(batch)), pause,
						TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			giveUp(batch, unconfirmed(known(batch), failure));
		}
	}

	private void giveUp(PublishBatch batch, RuntimeException failure) {
		synchronized (this) {
			batch.giveUp();
		}
		batch.events().forEach((event) -> event.stored().completeExceptionally(failure));
		goOn(batch);
	}

	private UnconfirmedException unconfirmed(Known known, @Nullable Throwable cause) {
		String reason = (cause != null)
				? String.valueOf(RedisFailures.translate("append to " + this.target, cause).getMessage())
				: "Redis did not acknowledge within " + this.owner.timeout() + ": append to " + this.target;
		return new UnconfirmedException(known, reason, cause);
	}

	private void goOn(PublishBatch done) {
		PublishBatch next;
		synchronized (this) {
			if (this.underWay != done) {
				return;
			}
			this.underWay = null;
			next = nextBatch();
		}
		this.owner.release(done.bytes());
		if (next == null) {
			return;
		}
		try {
			send(next);
		}
		catch (RuntimeException ex) {
			// Not here: this may be a thread of the client.
			Thread.ofVirtual().name("doab-redis-publish").start(() -> attempt(next));
		}
	}

	/**
	 * Fails what waited for too long. A batch of which nothing is waited for any more is
	 * given up; should what was sent of it still arrive after the next one, it is
	 * refused.
	 */
	void expire(long now) {
		List<PublishBatch.Pending> over = new ArrayList<>();
		PublishBatch batch;
		boolean abandoned;
		Known known = Known.NOT_STORED;
		synchronized (this) {
			for (PublishBatch.Pending event = this.waiting.peek(); event != null
					&& event.isOver(now); event = this.waiting.peek()) {
				over.add(this.waiting.remove());
			}
			batch = this.underWay;
			abandoned = batch != null && !batch.isAwaited(now);
			if (batch != null) {
				if (abandoned) {
					batch.giveUp();
				}
				// Others of it are waited for: it will be sent yet.
				known = (abandoned || batch.isInDoubt()) ? batch.known() : Known.MAYBE_STORED;
			}
		}
		over.forEach((event) -> {
			this.owner.release(event.size());
			event.stored().completeExceptionally(unconfirmed(Known.NOT_STORED, null));
		});
		if (batch != null) {
			UnconfirmedException failure = unconfirmed(known, null);
			batch.events()
				.stream()
				.filter((event) -> event.isOver(now))
				.forEach((event) -> event.stored().completeExceptionally(failure));
			if (abandoned) {
				goOn(batch);
			}
		}
	}

	private synchronized Known known(PublishBatch batch) {
		return batch.known();
	}

	/** Fails everything. */
	void close() {
		List<PublishBatch.Pending> all;
		PublishBatch batch;
		synchronized (this) {
			all = List.copyOf(this.waiting);
			this.waiting.clear();
			batch = this.underWay;
		}
		UnconfirmedException failure = new UnconfirmedException(Known.NOT_STORED, "The publisher was closed", null);
		all.forEach((event) -> event.stored().completeExceptionally(failure));
		if (batch != null) {
			giveUp(batch, new UnconfirmedException(known(batch), "The publisher was closed", null));
		}
	}

}
