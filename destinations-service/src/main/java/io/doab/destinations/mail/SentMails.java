package io.doab.destinations.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Remembers which events were mailed. A mail cannot be a part of a transaction, so there
 * are two steps around it: that it is about to be sent, and that it was. What is between
 * them when a process ends is in doubt.
 */
final class SentMails {

	private final JdbcOperations jdbc;

	private final Clock clock;

	SentMails(JdbcOperations jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/** Notes that a mail is about to be sent, unless something is known of it. */
	Known begin(String eventId) {
		int added = this.jdbc.update(
				"INSERT INTO mail (event_id, status, begun_at) VALUES (?, 'sending', ?) ON CONFLICT (event_id) DO NOTHING",
				eventId, now());
		if (added == 1) {
			return Known.NOTHING;
		}
		List<@Nullable String> status = this.jdbc.queryForList("SELECT status FROM mail WHERE event_id = ?",
				String.class, eventId);
		return status.contains("sent") ? Known.SENT : Known.IN_DOUBT;
	}

	/** The server took it. */
	void sent(String eventId) {
		this.jdbc.update("UPDATE mail SET status = 'sent', sent_at = ? WHERE event_id = ?", now(), eventId);
	}

	/** The server did not take it. */
	void notSent(String eventId) {
		this.jdbc.update("DELETE FROM mail WHERE event_id = ? AND status = 'sending'", eventId);
	}

	/** Forgets what is older than an event can come again. */
	int forgetOlderThan(Duration age) {
		return this.jdbc.update("DELETE FROM mail WHERE begun_at < ?", now().minus(age));
	}

	private OffsetDateTime now() {
		return this.clock.instant().atOffset(ZoneOffset.UTC);
	}

	/** What is known of an event's mail. */
	enum Known {

		/** It was not sent, and is about to be now. */
		NOTHING,

		/** It was sent. */
		SENT,

		/** It may have been sent: nobody noted what became of it. */
		IN_DOUBT

	}

}
