package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;

import io.doab.stream.EventIds;
import io.doab.webevents.hit.WebHit;

/**
 * What a visitor did without a long pause, by the times that the web server logged.
 *
 * @param id follows from the event that began it
 * @param requests how many
 * @param errors how many of them were answered with a status of 400 or above
 * @param bytes of all answers
 * @param bot whether a program made them
 * @param revision how often it was told
 * @param open whether there is more to it than was told
 */
record Session(String id, Instant began, Instant lastSeen, long requests, long errors, long bytes, String entryPath,
		String lastPath, boolean bot, int revision, boolean open) {

	/** Of a path so much is kept as a session's. */
	private static final int MAX_PATH_LENGTH = 1_024;

	private static final int FIRST_ERROR = 400;

	static Session begin(String eventId, WebHit hit, boolean bot) {
		String path = path(hit);
		return new Session(EventIds.derive("session", eventId), hit.time(), hit.time(), 0, 0, 0, path, path, bot, 0,
				true)
			.with(hit);
	}

	/**
	 * How far a time is from the session: nothing within it.
	 */
	Duration distance(Instant time) {
		if (time.isBefore(this.began)) {
			return Duration.between(time, this.began);
		}
		return time.isAfter(this.lastSeen) ? Duration.between(this.lastSeen, time) : Duration.ZERO;
	}

	/** Whether a request of that time belongs to it, be it a little late. */
	boolean includes(Instant time, Duration inactivity) {
		return distance(time).compareTo(inactivity) <= 0;
	}

	/** Whether it was over when a request was made that does not belong to it. */
	boolean endedBefore(Instant time) {
		return time.isAfter(this.lastSeen);
	}

	/** With one request more, in whatever order they come. */
	Session with(WebHit hit) {
		boolean first = hit.time().isBefore(this.began);
		boolean last = !hit.time().isBefore(this.lastSeen);
		return new Session(this.id, first ? hit.time() : this.began, last ? hit.time() : this.lastSeen,
				this.requests + 1, this.errors + ((hit.status() >= FIRST_ERROR) ? 1 : 0), plus(this.bytes, hit.bytes()),
				first ? path(hit) : this.entryPath, last ? path(hit) : this.lastPath, this.bot, this.revision, true);
	}

	/** After it was told. */
	Session told() {
		return new Session(this.id, this.began, this.lastSeen, this.requests, this.errors, this.bytes, this.entryPath,
				this.lastPath, this.bot, this.revision + 1, false);
	}

	private static String path(WebHit hit) {
		return (hit.path().length() > MAX_PATH_LENGTH) ? hit.path().substring(0, MAX_PATH_LENGTH) : hit.path();
	}

	private static long plus(long sum, long bytes) {
		return (bytes > Long.MAX_VALUE - sum) ? Long.MAX_VALUE : sum + bytes;
	}

}
