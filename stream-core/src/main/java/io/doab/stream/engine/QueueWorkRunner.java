package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.Failure;
import io.doab.stream.Position;
import io.doab.stream.QueueInput;
import io.doab.stream.QueueOutcome;
import io.doab.stream.error.FailureAction;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.Settlement;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Calls a queue's handlers and settles what they were called for. One for each time that
 * a consumer joined.
 *
 * <p>
 * A delivery ends in one settlement, which is repeated until the backend has confirmed
 * it, refused it for good or taken the delivery away. What cannot be settled stays held:
 * at the limit of deliveries to let go of an event would be to lose it.
 */
final class QueueWorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(QueueWorkRunner.class);

	/** After outputs, or a settlement, that could not be stored. */
	private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

	private final QueueRuntime runtime;

	private final DeadLetters deadLetters;

	private final QueueMember member;

	private final Function<Append, CompletableFuture<Position>> log;

	private final Consumer<Exception> stopQueue;

	private final QueueWorkers workers;

	private final AtomicLong released;

	private volatile boolean ended;

	/**
	 * Creates it.
	 * @param log appends an event
	 * @param stopQueue told when a failure handler says that the queue is to stop
	 * @param released counts what is given back
	 */
	QueueWorkRunner(QueueRuntime runtime, QueueMember member, Function<Append, CompletableFuture<Position>> log,
			Consumer<Exception> stopQueue, AtomicLong released) {
		this.runtime = runtime;
		this.deadLetters = runtime.deadLetters();
		this.member = member;
		this.log = log;
		this.stopQueue = stopQueue;
		this.released = released;
		this.workers = new QueueWorkers(runtime.definition().settings().concurrency(), this::runOrRelease);
	}

	void accept(QueueRecord delivery) {
		QueueWork work = new QueueWork(delivery);
		if (!this.workers.add(work)) {
			giveBack(work);
		}
	}

	/** Begins nothing more, and gives back what nobody has begun with. */
	void stop() {
		this.workers.stop().forEach(this::giveBack);
	}

	/** A broker may drop what is given back at the limit. */
	private void giveBack(QueueWork work) {
		if (isAtLimit(work) && this.member.holds(work.delivery)) {
			deadLetter(work, new DeliveryLimitException(work.delivery.deliveryCount()));
		}
		else {
			settle(work, new Settlement.Release(Duration.ZERO, work.begun));
		}
	}

	private boolean isAtLimit(QueueWork work) {
		return work.delivery.deliveryCount() >= this.runtime.definition().settings().deliveryLimit();
	}

	/** Stops, and waits for what runs. */
	void drain(Duration limit) {
		stop();
		try {
			this.workers.awaitEnd(limit);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.ended = true;
		}
	}

	/** No error ends the thread: who waits for it would wait for good. */
	private void runOrRelease(QueueWork work) {
		try {
			run(work);
		}
		catch (RuntimeException | Error ex) {
			logger.error("{}: {} met an error of its consumer and is delivered again", this.runtime.name(), work, ex);
			if (isAtLimit(work)) {
				again(work, STORE_PAUSE);
			}
			else {
				this.workers.gotThrough(work);
				settle(work, new Settlement.Release(STORE_PAUSE, true));
			}
		}
	}

	private void run(QueueWork work) {
		QueueRecord delivery = work.delivery;
		if (!this.member.holds(delivery)) {
			logger.debug("{}: {} was lost before it began", this.runtime.name(), work);
			this.workers.forget(work);
			return;
		}
		if (isAtLimit(work)) {
			deadLetter(work, new DeliveryLimitException(delivery.deliveryCount()));
			return;
		}
		if (isAtMostOnce() && !isAcknowledged(work)) {
			return;
		}
		QueueInput<?> input = Objects
			.requireNonNull(this.runtime.definition().inputs().get(delivery.partition().stream()));
		handle(work, input);
	}

	private boolean isAtMostOnce() {
		return this.runtime.definition().settings().delivery() == Delivery.AT_MOST_ONCE;
	}

	/** Delivered at most once, an event is acknowledged first. */
	private boolean isAcknowledged(QueueWork work) {
		try {
			boolean first = this.member.settle(work.delivery, new Settlement.Acknowledge(true)).get();
			if (!first) {
				logger.warn("{}: {} is not handled: another has acknowledged it, or the answer was lost",
						this.runtime.name(), work);
			}
			return first;
		}
		catch (ExecutionException ex) {
			logger.warn("{}: {} could not be acknowledged and is not handled: {}", this.runtime.name(), work,
					String.valueOf(ex.getCause()));
			again(work, STORE_PAUSE);
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private <T> void handle(QueueWork work, QueueInput<T> input) {
		work.begun = true;
		long started = this.runtime.time().nanoTime();
		QueueHandlerContext context;
		QueueOutcome outcome;
		try {
			Event<T> event = this.runtime.codec()
				.fromWire(work.delivery.partition(), work.delivery.record(), input.type());
			context = new QueueHandlerContext(this.runtime, work.delivery, event);
			outcome = Objects.requireNonNull(input.handler().handle(event, context), "The handler returned no outcome");
		}
		catch (Exception ex) {
			failed(work, ex);
			return;
		}
		catch (Error ex) {
			failed(work, new IllegalStateException("The handler threw " + ex, ex));
			return;
		}
		this.runtime.metrics().handled(1, this.runtime.time().nanoTime() - started);
		this.workers.gotThrough(work);
		switch (outcome) {
			case QueueOutcome.Acknowledge done -> publishThenAcknowledge(work, context.appends());
			case QueueOutcome.Release release -> release(work, release.delay());
			case QueueOutcome.Reject reject -> deadLetter(work, new EventRejectedException(reject.reason()));
		}
	}

	private void publishThenAcknowledge(QueueWork work, List<Append> appends) {
		if (appends.isEmpty()) {
			acknowledge(work);
			return;
		}
		var _ = CompletableFuture
			.allOf(appends.stream().<CompletableFuture<?>>map(this.log).toArray(CompletableFuture[]::new))
			.whenComplete((stored, failure) -> {
				if (failure == null) {
					acknowledge(work);
				}
				else {
					notStored(work, failure);
				}
			});
	}

	/** No fault of the event, when the backend could not store it for now. */
	private void notStored(QueueWork work, Throwable failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		if (cause instanceof RetriableException && !isAtMostOnce()) {
			logger.warn("{}: what {} emitted could not be stored, it is handled again: {}", this.runtime.name(), work,
					cause.getMessage());
			this.workers.hold(work);
			again(work, STORE_PAUSE);
		}
		else {
			failed(work, (cause instanceof Exception exception) ? exception : new IllegalStateException(cause));
		}
	}

	private void acknowledge(QueueWork work) {
		if (!isAtMostOnce()) {
			settle(work, new Settlement.Acknowledge(false));
		}
	}

	private void release(QueueWork work, Duration delay) {
		if (isAtMostOnce()) {
			deadLetter(work, new EventRejectedException(
					"The handler released an event that was acknowledged before, for it is delivered at most once"));
			return;
		}
		settle(work, new Settlement.Release(delay, true));
	}

	private void failed(QueueWork work, Exception failure) {
		if (failure instanceof InterruptedException && this.workers.isStopped()) {
			release(work, Duration.ZERO);
			return;
		}
		this.runtime.metrics().failed();
		FailureAction action = decide(work, failure);
		boolean outage = action instanceof FailureAction.Await;
		logger.atLevel((outage && Integer.bitCount(work.outages + 1) != 1) ? Level.DEBUG : Level.WARN)
			.setCause((work.delivery.deliveryCount() == 1 && work.outages == 0) ? failure : null)
			.log("{}: {} {}: {}", this.runtime.name(), work, outage ? "met an outage" : "failed", failure.toString());
		if (!outage) {
			this.workers.gotThrough(work);
		}
		switch (action) {
			case FailureAction.Retry retry -> retry(work, retry.delay(), failure);
			case FailureAction.Await await when isAtMostOnce() -> deadLetter(work, failure);
			case FailureAction.Await await -> {
				work.outages++;
				this.workers.hold(work);
				again(work, await.delay());
			}
			case FailureAction.DeadLetter dead -> deadLetter(work, failure);
			case FailureAction.Stop stopped -> this.stopQueue.accept(failure);
		}
	}

	private FailureAction decide(QueueWork work, Exception exception) {
		Instant now = this.runtime.time().now();
		try {
			return Objects
				.requireNonNull(
						this.runtime.definition()
							.failureHandler()
							.onFailure(new Failure(exception, work.delivery.deliveryCount(), work.outages, now, now,
									QueueHandlerContext.origin(work.delivery))),
						"The failure handler returned no action");
		}
		catch (RuntimeException ex) {
			logger.error("{}: the failure handler failed; {} is dead-lettered", this.runtime.name(), work, ex);
			return new FailureAction.DeadLetter();
		}
	}

	/** The next delivery would be dead-lettered, for a reason that says less. */
	private void retry(QueueWork work, Duration delay, Exception failure) {
		if (isAtMostOnce()
				|| work.delivery.deliveryCount() + 1 >= this.runtime.definition().settings().deliveryLimit()) {
			deadLetter(work, failure);
		}
		else {
			release(work, delay);
		}
	}

	/** Runs it again, still held, and without counting. */
	private void again(QueueWork work, Duration pause) {
		this.runtime.time().after(pause, () -> this.workers.retry(work));
	}

	private void deadLetter(QueueWork work, Exception cause) {
		Append letter = this.deadLetters.of(work.delivery, cause);
		logger.warn("{}: {} goes to {}: {}", this.runtime.name(), work, letter.target(), cause.toString());
		if (isAtMostOnce() && !(cause instanceof DeliveryLimitException)) {
			this.runtime.metrics().deadLettered();
			var _ = this.log.apply(letter).exceptionally((failure) -> {
				logger.error("{}: the dead letter of {}, which was delivered at most once, is lost",
						this.runtime.name(), work, failure);
				return null;
			});
			return;
		}
		settle(work, new Settlement.DeadLetter(letter));
	}

	private void settle(QueueWork work, Settlement settlement) {
		long began = this.runtime.time().nanoTime();
		var _ = this.member.settle(work.delivery, settlement).whenComplete((effective, failure) -> {
			if (failure != null) {
				repeat(work, settlement, failure);
			}
			else if (effective) {
				settled(settlement, began);
			}
		});
	}

	private void settled(Settlement settlement, long began) {
		switch (settlement) {
			case Settlement.Acknowledge acknowledge ->
				this.runtime.metrics().committed(1, this.runtime.time().nanoTime() - began);
			case Settlement.Release release -> this.released.incrementAndGet();
			case Settlement.DeadLetter letter -> this.runtime.metrics().deadLettered();
		}
	}

	private void repeat(QueueWork work, Settlement settlement, Throwable failure) {
		if (!this.ended && this.member.holds(work.delivery)) {
			logger.warn("{}: {} is held, for it could not be settled; it is tried again in {}: {}", this.runtime.name(),
					work, STORE_PAUSE, failure.getMessage());
			this.runtime.time().after(STORE_PAUSE, () -> settle(work, settlement));
		}
	}

}
