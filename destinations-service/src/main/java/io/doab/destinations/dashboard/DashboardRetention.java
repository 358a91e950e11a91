package io.doab.destinations.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what is older than is kept, once a minute, in portions that hold up nobody.
 */
final class DashboardRetention implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(DashboardRetention.class);

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private final ReadModel model;

	private final DashboardProperties properties;

	private final Clock clock;

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("dashboard-retention").factory());

	DashboardRetention(ReadModel model, DashboardProperties properties, Clock clock) {
		this.model = model;
		this.properties = properties;
		this.clock = clock;
	}

	void start() {
		var _ = this.timer.scheduleWithFixedDelay(this::forget, PERIOD.toMillis(), PERIOD.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	private void forget() {
		try {
			while (!Thread.currentThread().isInterrupted()
					&& this.model.forget(this.clock.instant(), this.properties)) {
				// There may be more.
			}
		}
		catch (RuntimeException ex) {
			LOG.warn("What is old stays on the dashboard for another minute: {}", ex.toString());
		}
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}
