package io.doab.stream.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.PauseMarks;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second which groups are paused, and tells the processors of this process.
 * While the backend cannot be asked, what it said last holds.
 */
final class PauseWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PauseWatch.class);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private final PauseMarks marks;

	private final List<ProcessorRunner> runners;

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("doab-pauses").factory());

	/**
	 * Creates a watch, which looks at nothing yet.
	 * @param runners may grow
	 */
	PauseWatch(PauseMarks marks, List<ProcessorRunner> runners) {
		this.marks = marks;
		this.runners = runners;
	}

	void start() {
		var _ = this.timer.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	/**
	 * Why a group is paused now, or null.
	 * @throws RetriableException when the backend cannot be reached
	 */
	@Nullable Pause of(String group) {
		return this.marks.all().get(group);
	}

	private void look() {
		try {
			Map<String, Pause> paused = this.marks.all();
			this.runners.forEach((runner) -> runner.groupPaused(paused.get(runner.name())));
		}
		catch (RuntimeException ex) {
			// A periodic task that throws is never run again.
			logger.debug("It is not known which groups are paused", ex);
		}
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}
