package io.doab.webevents.session;

import java.time.Instant;

/**
 * The payload of the stream {@value #STREAM}: a session that ended. One that goes on
 * after all is told again, as a whole, with the next revision.
 *
 * @param ended the time of its last request
 */
record WebSession(String visitor, String session, int revision, Instant began, Instant ended, long requests,
		long errors, long bytes, String entryPath, String lastPath, boolean bot) {

	/** The stream. */
	static final String STREAM = "web-sessions";

	static final String TYPE = "web.session";

	static WebSession of(String visitor, Session session) {
		return new WebSession(visitor, session.id(), session.revision(), session.began(), session.lastSeen(),
				session.requests(), session.errors(), session.bytes(), session.entryPath(), session.lastPath(),
				session.bot());
	}

}
