package io.doab.stream.redis;

import org.jspecify.annotations.Nullable;

/**
 * The present connection of a simulated member, and the attempts to make another: what
 * {@link RedisLink} does.
 */
final class SimulatedLink {

	private final Schedule schedule;

	private final SimulatedMember member;

	/** The present connection, which may still be being made. */
	private @Nullable Connection present;

	/** The last one that was made. */
	private @Nullable Connection made;

	private int failures;

	SimulatedLink(Schedule schedule, SimulatedMember member) {
		this.schedule = schedule;
		this.member = member;
	}

	/** The present connection, if it is made and has not ended. */
	@Nullable Connection session() {
		return (this.present == this.made) ? this.present : null;
	}

	/** The present connection, also when it is being made. */
	@Nullable Connection connection() {
		return this.present;
	}

	/** Begins to connect; returns null when there is no server. */
	@Nullable Connection connect() {
		this.present = this.schedule.server().isUp() ? new Connection(this.schedule, this.member) : null;
		return this.present;
	}

	void connected() {
		this.made = this.present;
		this.failures = 0;
	}

	/** Returns whether it was the present connection that ended. */
	boolean lost(Connection ended) {
		if (this.present != ended) {
			return false;
		}
		ended.close();
		this.present = null;
		return true;
	}

	/** How long to wait before the next attempt. */
	long pause() {
		long pause = Math.min(Schedule.SHORTEST_PAUSE << Math.min(this.failures++, 10), Schedule.LONGEST_PAUSE);
		return pause / 2 + this.schedule.random().nextLong(pause / 2);
	}

	/** The server publishes something. */
	void publish(SimulatedServer server, String notice) {
		Connection to = session();
		if (to != null && to.server() == server) {
			if (this.schedule.weather().losesNotice()) {
				this.schedule.count(Happening.LOST_NOTICE);
			}
			else {
				to.publish(notice);
			}
		}
	}

	void close() {
		if (this.present != null) {
			this.present.close();
		}
	}

}
