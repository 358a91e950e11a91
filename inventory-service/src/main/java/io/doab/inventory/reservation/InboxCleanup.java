package io.doab.inventory.reservation;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.doab.stream.jdbc.JdbcInbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Forgets events that cannot come again.
 */
@Component
class InboxCleanup {

	private static final Logger logger = LoggerFactory.getLogger(InboxCleanup.class);

	/** Longer than requests wait and streams are kept. */
	private static final Duration KEPT = Duration.ofDays(30);

	private final JdbcInbox inbox;

	private final Clock clock;

	InboxCleanup(JdbcInbox inbox, Clock clock) {
		this.inbox = inbox;
		this.clock = clock;
	}

	@Scheduled(initialDelay = 10, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
	void forget() {
		try {
			int forgotten = this.inbox.forgetBefore(this.clock.instant().minus(KEPT));
			logger.debug("Forgot {} events of the inbox", forgotten);
		}
		catch (DataAccessException ex) {
			logger.warn("The inbox could not be cleaned up; it is tried again in an hour: {}", ex.getMessage());
		}
	}

}
