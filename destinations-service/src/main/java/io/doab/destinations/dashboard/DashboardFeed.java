package io.doab.destinations.dashboard;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Tells all who listen what is new, with one query for all of them.
 *
 * <p>
 * While somebody listens, one thread, the reader, asks for a summary once a period and
 * puts it down as the frame of now; with the last listener it ends. Each listener's own
 * thread waits for a frame that it has not had and takes the one of now: who is slow
 * misses frames, and holds up nobody. The lock guards the frame, the number of listeners
 * and whether there is a reader; it is held for moments, never during a query or a write.
 */
final class DashboardFeed implements SmartLifecycle {

	private static final Logger LOG = LoggerFactory.getLogger(DashboardFeed.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Supplier<Summary> query;

	private final Duration period;

	private final int maxListeners;

	private @Nullable Frame frame;

	/** Of the reader alone, as is whether its last query failed. */
	private long frames;

	private boolean failing;

	private int listeners;

	private boolean reading;

	private boolean running;

	DashboardFeed(Supplier<Summary> query, Duration period, int maxListeners) {
		this.query = query;
		this.period = period;
		this.maxListeners = maxListeners;
	}

	/** Begins to listen, unless there are too many who do. */
	Optional<Listener> listen() {
		this.lock.lock();
		try {
			if (this.listeners >= this.maxListeners || !this.running) {
				return Optional.empty();
			}
			this.listeners++;
			if (!this.reading) {
				this.reading = true;
				Thread.ofVirtual().name("dashboard-feed").start(this::read);
			}
			return Optional.of(new Listener());
		}
		finally {
			this.lock.unlock();
		}
	}

	private void read() {
		while (isWanted()) {
			long number = ++this.frames;
			put(frame(number));
			pause();
		}
	}

	/** Ends the reader together with the last listener: none is left without one. */
	private boolean isWanted() {
		this.lock.lock();
		try {
			this.reading = this.listeners > 0 && this.running;
			if (!this.reading) {
				this.frame = null;
			}
			return this.reading;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Frame frame(long number) {
		try {
			Frame next = Frame.of(number, this.query.get());
			this.failing = false;
			return next;
		}
		catch (RuntimeException ex) {
			if (!this.failing) {
				LOG.warn("The dashboard cannot be read: {}", ex.toString());
			}
			this.failing = true;
			return Frame.unavailable(number);
		}
	}

	private void put(Frame next) {
		this.lock.lock();
		try {
			this.frame = next;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void pause() {
		this.lock.lock();
		try {
			long nanos = this.period.toNanos();
			while (this.running && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			this.running = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Sends all listeners home, so that their requests end before the server does. */
	@Override
	public void stop() {
		this.lock.lock();
		try {
			this.running = false;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isRunning() {
		this.lock.lock();
		try {
			return this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * One who listens. Belongs to one thread.
	 */
	final class Listener implements AutoCloseable {

		private long had;

		private long lastPicture;

		private Listener() {
		}

		/**
		 * Waits for what to send next.
		 * @param limit how long
		 * @return an event, a heartbeat when nothing came in time, or null when it is
		 * over
		 */
		byte @Nullable [] next(Duration limit) throws InterruptedException {
			DashboardFeed feed = DashboardFeed.this;
			feed.lock.lockInterruptibly();
			try {
				long nanos = limit.toNanos();
				while (feed.running && (feed.frame == null || feed.frame.number() == this.had)) {
					if (nanos <= 0) {
						return Frame.heartbeat();
					}
					nanos = feed.changed.awaitNanos(nanos);
				}
				return (feed.running && feed.frame != null) ? take(feed.frame) : null;
			}
			finally {
				feed.lock.unlock();
			}
		}

		private byte[] take(Frame next) {
			boolean knows = this.lastPicture > 0 && next.number() - this.lastPicture <= Frame.MISSABLE;
			this.had = next.number();
			if (next.isPicture()) {
				this.lastPicture = next.number();
			}
			return knows ? next.news() : next.whole();
		}

		@Override
		public void close() {
			DashboardFeed feed = DashboardFeed.this;
			feed.lock.lock();
			try {
				feed.listeners--;
			}
			finally {
				feed.lock.unlock();
			}
		}

	}

}
