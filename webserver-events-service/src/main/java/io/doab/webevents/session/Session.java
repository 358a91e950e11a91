package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;

import io.doab.stream.EventIds;

/**
 * What a visitor did without a long pause: state by visitor.
 *
 * @param id follows from the event that began it
 * @param lastSeen the time of the latest request; lines of a log may be a little out of
 * order
 */
record Session(String id, Instant lastSeen) {

	/** After a pause as long as this another session begins. */
	static final Duration PAUSE = Duration.ofMinutes(30);

	static Session begin(String eventId, Instant time) {
		return new Session(EventIds.derive("session", eventId), time);
	}

	/** Whether a request of that time still belongs to it. */
	boolean includes(Instant time) {
		return Duration.between(this.lastSeen, time).abs().compareTo(PAUSE) <= 0;
	}

	Session seen(Instant time) {
		return time.isAfter(this.lastSeen) ? new Session(this.id, time) : this;
	}

}
