package io.doab.stream.redis;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.error.RetriableException;
import io.lettuce.core.RedisClient;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which server the Sentinels call the master, and asks them twice a second whether
 * that still holds.
 *
 * <p>
 * <b>Why it asks though nothing fails.</b> When Sentinels put another server in the place
 * of a master that is well, or that wakes up again, they tell the former master only ten
 * seconds later. Until then it takes whatever it is given by those who are still
 * connected, and throws it away afterwards.
 *
 * <p>
 * <b>Whom it believes.</b> Of the Sentinels that answer, the one with the highest epoch:
 * one that was cut off from the others goes on naming the former master. An epoch lower
 * than the last known one counts only when most Sentinels answer, as after they were set
 * up anew. When none answers, what they said last holds.
 *
 * <p>
 * Safe for use by many threads. A thread of its own asks from the first use until it is
 * closed.
 */
final class SentinelWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SentinelWatch.class);

	private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	/** How long the others are waited for when one has answered. */
	private static final Duration OTHERS = Duration.ofMillis(100);

	private final String name;

	private final List<SentinelLink> sentinels;

	private final Duration patience;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final AtomicBoolean started = new AtomicBoolean();

	private final ReentrantLock asking = new ReentrantLock();

	/** Guarded by {@link #asking}. */
	private long askedNanos = System.nanoTime() - ASK_AGAIN_NANOS;

	private volatile @Nullable SentinelView view;

	private volatile int answering;

	private volatile String failure = "";

	private volatile boolean doubted;

	private volatile boolean closed;

	/**
	 * Creates a watch. Does not connect yet.
	 * @param name what the Sentinels call the master
	 * @param clients a client for each Sentinel
	 */
	SentinelWatch(String name, List<RedisAddress> sentinels, Function<RedisAddress, RedisClient> clients,
			RedisSettings settings) {
		this.name = name;
		this.sentinels = sentinels.stream().map((address) -> new SentinelLink(address, name, clients)).toList();
		this.patience = settings.connectTimeout().plus(settings.commandTimeout());
	}

	/**
	 * The master. Blocks until a Sentinel has named one for the first time.
	 * @throws RetriableException when none does
	 */
	RedisAddress master() {
		if (this.started.compareAndSet(false, true)) {
			Thread.ofVirtual().name("doab-redis-sentinels").start(this::watch);
		}
		if (this.view == null || this.doubted) {
			ask();
		}
		SentinelView known = this.view;
		if (known == null) {
			throw new RetriableException("None of the Sentinels " + this.sentinels + " says which server is the master "
					+ this.name + this.failure, null);
		}
		return known.master();
	}

	/** The master that was named last, by nobody asked now. */
	@Nullable RedisAddress known() {
		SentinelView known = this.view;
		return (known != null) ? known.master() : null;
	}

	/** Told of every other master, by the thread that hears of it. */
	void listen(Runnable listener) {
		this.listeners.add(listener);
	}

	void forget(Runnable listener) {
		this.listeners.remove(listener);
	}

	/** The master cannot be reached: whoever wants it next asks first. */
	void doubt() {
		this.doubted = true;
	}

	/** Where the master is, as is known, and how many say so. */
	String description() {
		RedisAddress known = known();
		return "master " + this.name + ((known != null) ? " is " + known : " is not known") + "; " + this.answering
				+ " of " + this.sentinels.size() + " Sentinels answer" + ((this.answering == 0) ? this.failure : "");
	}

	private void watch() {
		while (!this.closed) {
			LockSupport.parkNanos(PERIOD_NANOS);
			try {
				ask();
			}
			catch (RuntimeException ex) {
				// Without this thread a switch would go unnoticed.
				logger.warn("The Sentinels of {} could not be asked; they are asked again", this.name, ex);
			}
		}
		this.sentinels.forEach(SentinelLink::close);
	}

	/** Unless they were asked a moment ago, or are being asked and a master is known. */
	private void ask() {
		if (this.view == null) {
			this.asking.lock();
		}
		else if (!this.asking.tryLock()) {
			return;
		}
		try {
			if (!this.closed && System.nanoTime() - this.askedNanos >= ASK_AGAIN_NANOS) {
				this.askedNanos = System.nanoTime();
				this.doubted = false;
				believe(answers());
			}
		}
		finally {
			this.asking.unlock();
		}
	}

	private List<SentinelView> answers() {
		List<CompletableFuture<SentinelView>> asked = this.sentinels.stream().map(SentinelLink::ask).toList();
		CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
		CompletableFuture<Boolean> first = all.handle((done, failed) -> true);
		asked.forEach((answer) -> {
			var _ = answer.thenAccept((said) -> first.complete(true));
		});
		settle(first, this.patience);
		settle(all, OTHERS);
		this.failure = asked.stream()
			.filter(CompletableFuture::isCompletedExceptionally)
			.map((answer) -> ": " + RedisFailures.reason(answer.exceptionNow()))
			.distinct()
			.collect(Collectors.joining());
		return asked.stream()
			.filter((answer) -> answer.state() == CompletableFuture.State.SUCCESS)
			.map(CompletableFuture::resultNow)
			.toList();
	}

	private static void settle(CompletableFuture<?> answer, Duration limit) {
		try {
			answer.handle((done, failed) -> true)
				.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
				.join();
		}
		catch (CompletionException ex) {
			throw new IllegalStateException("A failure was not handled", ex);
		}
	}

	private void believe(List<SentinelView> answers) {
		this.answering = answers.size();
		SentinelView before = this.view;
		SentinelView best = answers.stream().max(Comparator.comparingLong(SentinelView::epoch)).orElse(null);
		if (best == null
				|| (before != null && best.epoch() < before.epoch() && answers.size() <= this.sentinels.size() / 2)) {
			return;
		}
		this.view = best;
		if (before != null && !before.master().equals(best.master())) {
			logger.warn("The Sentinels call {} the master {}; it was {}: connections lead there from now on, and what "
					+ "was owned is loaded anew", best.master(), this.name, before.master());
			this.listeners.forEach(Runnable::run);
		}
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
