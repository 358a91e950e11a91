package io.doab.stream;

import java.time.Instant;

/**
 * A place in a stream: where reading begins, or where it ends.
 *
 * <p>
 * Times are those at which the server stored an event, by its clock, in milliseconds: not
 * those that the events carry.
 */
public sealed interface StreamPoint {

	/** Before the oldest event that is still there. */
	static StreamPoint beginning() {
		return new Beginning();
	}

	/** After the newest event that there is when it is asked for. */
	static StreamPoint now() {
		return new Now();
	}

	/** A time, with what was stored just then. */
	static StreamPoint at(Instant time) {
		return new Time(time, true);
	}

	/** A position, with its event. It means something in its own partition only. */
	static StreamPoint at(Position position) {
		return new Place(position, true);
	}

	/** A time, without what was stored just then. */
	static StreamPoint excluding(Instant time) {
		return new Time(time, false);
	}

	/** A position, without its event. It means something in its own partition only. */
	static StreamPoint excluding(Position position) {
		return new Place(position, false);
	}

	/** Before the oldest event. */
	record Beginning() implements StreamPoint {
	}

	/** After the newest event. */
	record Now() implements StreamPoint {
	}

	/** A time of storage. */
	record Time(Instant time, boolean inclusive) implements StreamPoint {

		/** More than any server's clock shows. */
		private static final long MOST_SECONDS = 1L << 40;

		/** The first millisecond of what begins here. */
		public long firstMillis() {
			long floor = floorMillis();
			boolean whole = this.time.equals(Instant.ofEpochMilli(floor));
			return (whole && this.inclusive) ? floor : floor + 1;
		}

		/** The last millisecond of what ends here. */
		public long lastMillis() {
			long floor = floorMillis();
			boolean whole = this.time.equals(Instant.ofEpochMilli(floor));
			return (whole && !this.inclusive) ? floor - 1 : floor;
		}

		/** Times beyond all servers' clocks are as good as those at their ends. */
		private long floorMillis() {
			return Math.clamp(this.time.getEpochSecond(), -MOST_SECONDS, MOST_SECONDS) * 1_000
					+ this.time.getNano() / 1_000_000;
		}

	}

	/** A position, be there an event or not. */
	record Place(Position position, boolean inclusive) implements StreamPoint {
	}

}
