package io.doab.webevents.tail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.InvalidEventException;
import io.doab.webevents.hit.WebHit;
import io.doab.webevents.log.AccessLogParser;
import io.doab.webevents.log.MalformedLineException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes lines until the backend has them all. They carry ids that follow from where
 * they stand and are marked as events that may come twice: what is published again, after
 * an answer that did not come or by the next process, counts once. Not for several
 * threads.
 */
final class LinePublisher {

	private static final Logger logger = LoggerFactory.getLogger(LinePublisher.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/** How often somebody who waits for an answer looks whether it is to stop. */
	private static final Duration LOOK = Duration.ofMillis(100);

	private final String log;

	private final EventPublisher publisher;

	private final TailProgress progress;

	LinePublisher(String log, EventPublisher publisher, TailProgress progress) {
		this.log = log;
		this.publisher = publisher;
		this.progress = progress;
	}

	/**
	 * Publishes lines of a file, and waits while the backend is away.
	 * @return whether all are stored; false when it was stopped before
	 */
	boolean publish(TailedFile file, List<Line> lines, StopSignal stop) {
		List<Event<WebHit>> events = events(file, lines);
		Duration pause = FIRST_PAUSE;
		while (true) {
			List<Event<WebHit>> failed = publishOnce(events, stop);
			if (failed.isEmpty() || stop.isStopped()) {
				return failed.isEmpty();
			}
			this.progress.waitsForBackend();
			if (stop.await(pause)) {
				return false;
			}
			events = failed;
			pause = pause.multipliedBy(2);
			pause = (pause.compareTo(LONGEST_PAUSE) > 0) ? LONGEST_PAUSE : pause;
		}
	}

	private List<Event<WebHit>> events(TailedFile file, List<Line> lines) {
		List<Event<WebHit>> events = new ArrayList<>(lines.size());
		long number = file.position().lines();
		for (Line line : lines) {
			number++;
			Event<WebHit> event = line.isBlank() ? null : event(file, line, number);
			if (event != null) {
				events.add(event);
			}
		}
		return events;
	}

	private @Nullable Event<WebHit> event(TailedFile file, Line line, long number) {
		if (line.text() == null) {
			this.progress.malformed(number, line.offset(), "it is too large");
			return null;
		}
		try {
			return WebHit.event(AccessLogParser.parse(line.text()))
				.withId(file.eventId(this.log, line))
				.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		}
		catch (MalformedLineException ex) {
			this.progress.malformed(number, line.offset(), ex.getMessage());
			return null;
		}
	}

	/**
	 * Publishes each once, and returns those that are not known to be stored, in order.
	 */
	private List<Event<WebHit>> publishOnce(List<Event<WebHit>> events, StopSignal stop) {
		List<CompletableFuture<?>> answers = new ArrayList<>(events.size());
		for (Event<WebHit> event : events) {
			answers.add(publish(event));
		}
		List<Event<WebHit>> failed = new ArrayList<>();
		for (int i = 0; i < answers.size(); i++) {
			if (!isDone(answers.get(i), stop)) {
				failed.add(events.get(i));
			}
		}
		return failed;
	}

	private CompletableFuture<?> publish(Event<WebHit> event) {
		try {
			return this.publisher.publish(WebHit.STREAM, event);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Whether the event is stored, or never can be. */
	private boolean isDone(CompletableFuture<?> answer, StopSignal stop) {
		while (!stop.isStopped() || answer.isDone()) {
			try {
				answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
				return true;
			}
			catch (TimeoutException ex) {
				// Looks again whether it is to stop.
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof InvalidEventException) {
					this.progress.refused(String.valueOf(ex.getCause().getMessage()));
					return true;
				}
				logger.debug("A line of {} was not stored", this.log, ex.getCause());
				return false;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return false;
	}

}
