package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

import io.doab.stream.EventCursor;
import io.doab.stream.StoredEvent;
import io.doab.stream.error.RetriableException;

/**
 * Events as they are stored. One thread reads; that it was closed it sees by the latch,
 * which also ends a pause before the next attempt.
 */
final class TailCursor<T> implements EventCursor<T> {

	private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

	private final GrowingTail tail;

	private final EntryDecoder<T> decoder;

	private final CountDownLatch closing = new CountDownLatch(1);

	private final BackendContact contact;

	private final Queue<GrowingTail.Read> read = new ArrayDeque<>();

	TailCursor(GrowingTail tail, String name, EntryDecoder<T> decoder) {
		this.tail = tail;
		this.decoder = decoder;
		this.contact = new BackendContact(name, this.closing);
		this.contact.succeeded();
	}

	@Override
	public boolean hasNext() {
		while (!hasEnded()) {
			if (fill(LONGEST_POLL)) {
				return true;
			}
		}
		return false;
	}

	@Override
	public StoredEvent<T> next() {
		if (!hasNext()) {
			throw new NoSuchElementException("The cursor is closed");
		}
		GrowingTail.Read next = this.read.remove();
		return this.decoder.decode(next.partition(), next.entry());
	}

	@Override
	public Optional<StoredEvent<T>> poll(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		Duration left = timeout;
		do {
			if (fill((left.compareTo(LONGEST_POLL) < 0) ? left : LONGEST_POLL)) {
				return Optional.of(next());
			}
			left = Duration.ofNanos(deadline - System.nanoTime());
		}
		while (left.isPositive() && !hasEnded());
		return Optional.empty();
	}

	/** Waits for events once, if there are none; tells whether there are. */
	private boolean fill(Duration timeout) {
		if (this.read.isEmpty() && !hasEnded()) {
			try {
				this.read.addAll(this.tail.poll(timeout));
				this.contact.succeeded();
			}
			catch (RetriableException ex) {
				if (!hasEnded()) {
					this.contact.failed(ex);
				}
			}
		}
		return !this.read.isEmpty() && !hasEnded();
	}

	private boolean hasEnded() {
		return this.closing.getCount() == 0 || Thread.currentThread().isInterrupted();
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.tail.close();
	}

}
