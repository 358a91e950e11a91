package io.doab.webevents.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.doab.webevents.hit.WebHit;

/**
 * The sessions of a visitor that requests may still belong to: state by visitor. Usually
 * there is one; lines that come late, or the logs of several servers that are read side
 * by side, make more of them.
 *
 * @param recent the one that had the latest request last; at most {@value #MAX_RECENT}
 * @param taken when the latest request was processed, which may be long after it was made
 */
record VisitorSessions(List<Session> recent, Instant taken) {

	static final int MAX_RECENT = 4;

	static final VisitorSessions NONE = new VisitorSessions(List.of(), Instant.EPOCH);

	VisitorSessions {
		recent = List.copyOf(recent);
	}

	/** Whether there is something to be told of any. */
	boolean anyOpen() {
		return this.recent.stream().anyMatch(Session::open);
	}

	/**
	 * Takes a request to the session that it belongs to, or lets one begin with it.
	 * @param now when it is processed
	 */
	Taken take(String eventId, WebHit hit, boolean bot, Duration inactivity, Instant now) {
		List<Session> others = new ArrayList<>(this.recent);
		Session near = this.recent.stream()
			.filter((session) -> session.includes(hit.time(), inactivity))
			.min(Comparator.comparing((session) -> session.distance(hit.time())))
			.orElse(null);
		if (near != null) {
			others.remove(near);
			Session session = near.with(hit);
			return new Taken(new VisitorSessions(plus(others, session), now), session, List.of());
		}
		Session session = Session.begin(eventId, hit, bot);
		List<Session> ended = new ArrayList<>();
		if (others.size() == MAX_RECENT) {
			Session forgotten = others.removeFirst();
			if (forgotten.open()) {
				ended.add(forgotten.told());
			}
		}
		others.replaceAll((other) -> {
			if (!other.open() || !other.endedBefore(hit.time())) {
				return other;
			}
			ended.add(other.told());
			return ended.getLast();
		});
		return new Taken(new VisitorSessions(plus(others, session), now), session, ended);
	}

	/** After all were told. */
	VisitorSessions told() {
		return new VisitorSessions(
				this.recent.stream().map((session) -> session.open() ? session.told() : session).toList(), this.taken);
	}

	private static List<Session> plus(List<Session> others, Session session) {
		List<Session> all = new ArrayList<>(others);
		all.add(session);
		return all;
	}

	/**
	 * What became of a request.
	 *
	 * @param session the one it belongs to
	 * @param ended those that ended by it, as they are told
	 */
	record Taken(VisitorSessions sessions, Session session, List<Session> ended) {

	}

}
