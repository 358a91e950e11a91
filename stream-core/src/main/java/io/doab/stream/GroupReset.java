package io.doab.stream;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Where a group is to go on, and what is to become of what it has stored.
 *
 * <p>
 * What it has done beyond its prefix is forgotten in any case, and so are the marks of
 * events that ended their process. A state that stays has the events in it that come
 * again: a sum counts them twice, and what deduplication remembers drops those that are
 * marked as coming twice. Timers go or stay with the state.
 *
 * @param group the group
 * @param streams the inputs that are moved; none for all
 * @param to where it goes on
 * @param until where the replay ends, or null: events from there on that the group had
 * done stay done. {@link ResetTarget.Since} or {@link ResetTarget.Before}; at most
 * {@link #MAX_KEPT_DONE} events of a partition can stay so
 * @param state what happens to states and timers
 * @param parked what happens to parked events
 */
public record GroupReset(String group, Set<String> streams, ResetTarget to, @Nullable ResetTarget until, State state,
		Parked parked) {

	/** How many events of a partition stay done behind the end of a replay, at most. */
	public static final int MAX_KEPT_DONE = 10_000;

	public GroupReset {
		streams = Set.copyOf(streams);
		if (until != null && !(until instanceof ResetTarget.Since || until instanceof ResetTarget.Before)) {
			throw new IllegalArgumentException("A replay ends at a time or at positions, not at " + until);
		}
	}

	/** All inputs, to the very end; the state stays, and parked events refuse it. */
	public static GroupReset of(String group, ResetTarget to) {
		return new GroupReset(group, Set.of(), to, null, State.KEEP, Parked.REFUSE);
	}

	public GroupReset ofStreams(Set<String> inputs) {
		return new GroupReset(this.group, inputs, this.to, this.until, this.state, this.parked);
	}

	public GroupReset until(ResetTarget end) {
		return new GroupReset(this.group, this.streams, this.to, end, this.state, this.parked);
	}

	public GroupReset with(State choice) {
		return new GroupReset(this.group, this.streams, this.to, this.until, choice, this.parked);
	}

	public GroupReset with(Parked choice) {
		return new GroupReset(this.group, this.streams, this.to, this.until, this.state, choice);
	}

	/** What happens to states and timers. */
	public enum State {

		/** They stay as they are. */
		KEEP,

		/** They are removed, of all keys. */
		CLEAR

	}

	/** What happens to events that wait for their next attempt. */
	public enum Parked {

		/** The reset is refused when there are any. */
		REFUSE,

		/**
		 * They stay and are tried again. Those that a reset goes back behind come a
		 * second time from their stream.
		 */
		KEEP,

		/** They are dropped: they come again only if the reset goes back behind them. */
		DROP

	}

}
