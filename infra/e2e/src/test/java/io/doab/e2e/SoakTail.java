package io.doab.e2e;

import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.e2e.Streams.StoredEvent;

import org.jspecify.annotations.Nullable;

/**
 * Reads the results into the ledger as they come, on a thread of its own.
 */
final class SoakTail implements AutoCloseable {

	private static final Pattern AMOUNT = Pattern.compile("\"amount\":\\{\"value\":\"([^\"]+)\"");

	private final Streams.Tail tail;

	private final SoakLedger ledger;

	private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

	private final Thread thread;

	private volatile boolean closed;

	SoakTail(Streams.Tail tail, SoakLedger ledger) {
		this.tail = tail;
		this.ledger = ledger;
		this.thread = Thread.ofPlatform().name("soak-tail").start(this::read);
	}

	private void read() {
		try {
			while (!this.closed) {
				this.tail.poll(this::processed);
			}
		}
		catch (RuntimeException ex) {
			this.failure.set(ex);
		}
	}

	private void processed(int partition, StoredEvent event) {
		Matcher amount = AMOUNT.matcher(event.data());
		String result = event.type() + " " + (amount.find() ? amount.group(1) : "without an amount");
		this.ledger.processed(event.key(), result, partition, System.nanoTime());
	}

	/** Fails when the results could not be read any more. */
	void requireWell() {
		RuntimeException thrown = this.failure.get();
		if (thrown != null) {
			throw new IllegalStateException("The results could not be read", thrown);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.tail.close();
	}

}
