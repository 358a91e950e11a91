package io.doab.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Published;
import io.doab.stream.error.RetriableException;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes events, some at a time, and says what became of them.
 */
final class PublishedEvents {

	private static final int MAX_UNANSWERED = 1_000;

	private final EventPublisher publisher;

	private final String stream;

	private final PrintWriter out;

	private final boolean json;

	private final Semaphore room = new Semaphore(MAX_UNANSWERED);

	private final AtomicLong stored = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	PublishedEvents(EventPublisher publisher, String stream, PrintWriter out, boolean json) {
		this.publisher = publisher;
		this.stream = stream;
		this.out = out;
		this.json = json;
	}

	void publishOne(Event<byte[]> event) {
		Published published;
		try {
			published = this.publisher.publish(this.stream, event).join();
		}
		catch (CompletionException ex) {
			throw told(Objects.requireNonNullElse(ex.getCause(), ex), "event " + event.id());
		}
		if (this.json) {
			Map<String, Object> fields = new LinkedHashMap<>();
			fields.put("stream", published.partition().stream());
			fields.put("partition", published.partition().partition());
			fields.put("position", published.position().toString());
			fields.put("id", event.id());
			this.out.println(JsonMapper.shared().writeValueAsString(fields));
		}
		else {
			this.out.println("Stored in partition " + published.partition().partition() + " of " + this.stream + " at "
					+ published.position() + ", id " + event.id());
		}
	}

	/**
	 * Publishes one of many. Waits while too many are under way.
	 * @throws RuntimeException when one before it was not stored
	 */
	void publish(Event<byte[]> event) {
		requireNoFailure();
		this.room.acquireUninterruptibly();
		var _ = this.publisher.publish(this.stream, event).whenComplete((published, failed) -> {
			if (failed == null) {
				this.stored.incrementAndGet();
			}
			else {
				this.failure.compareAndSet(null, failed);
			}
			this.room.release();
		});
	}

	/** Waits for all answers. */
	void settle() {
		this.room.acquireUninterruptibly(MAX_UNANSWERED);
		this.room.release(MAX_UNANSWERED);
	}

	/**
	 * Tells how many were stored.
	 * @throws RuntimeException when one was not
	 */
	void tellCount() {
		requireNoFailure();
		this.out.println(this.json ? "{\"stream\":\"" + this.stream + "\",\"stored\":" + this.stored.get() + "}"
				: this.stored.get() + " events are stored in " + this.stream);
	}

	private void requireNoFailure() {
		Throwable failed = this.failure.get();
		if (failed != null) {
			throw told(failed, "an event; " + this.stored.get() + " were stored");
		}
	}

	private static RuntimeException told(Throwable failure, String what) {
		String known = (failure instanceof RetriableException) ? "It is not known to be stored: " : "Not stored: ";
		return new IllegalStateException(known + what + ": " + failure.getMessage(), failure);
	}

}
