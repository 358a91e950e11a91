package io.doab.stream.redis;

import io.doab.stream.Position;
import io.doab.stream.StreamPoint;
import io.doab.stream.spi.LogRange;

/**
 * A section of a stream by ids.
 *
 * @param first the lowest id that may be in it
 * @param last the highest
 */
record RedisSpan(Position first, Position last) {

	/** Above all ids. */
	private static final Position LAST = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

	static RedisSpan of(LogRange range) {
		return new RedisSpan(first(range.from()), last(range.to()));
	}

	boolean isEmpty() {
		return this.first.compareTo(this.last) > 0;
	}

	RedisSpan from(Position id) {
		return new RedisSpan(id, this.last);
	}

	/** The same, if it is not to end earlier anyway. */
	RedisSpan upTo(Position id) {
		return (id.compareTo(this.last) < 0) ? new RedisSpan(this.first, id) : this;
	}

	/** The lowest id of what begins at a point. */
	static Position first(StreamPoint from) {
		return switch (from) {
			case StreamPoint.Beginning() -> RedisEntries.BEGINNING;
			case StreamPoint.Now() -> LAST;
			case StreamPoint.Time time -> new Position(Math.max(time.firstMillis(), 0), 0);
			case StreamPoint.Place(Position at, boolean inclusive) when at.minor() == Position.NONE ->
				new Position(inclusive ? at.major() : at.major() + 1, 0);
			case StreamPoint.Place(Position at, boolean inclusive) -> inclusive ? at : next(at);
		};
	}

	/** The highest id of what ends at a point. */
	private static Position last(StreamPoint to) {
		return switch (to) {
			case StreamPoint.Beginning() -> RedisEntries.BEGINNING;
			case StreamPoint.Now() -> LAST;
			case StreamPoint.Time time ->
				(time.lastMillis() < 0) ? RedisEntries.BEGINNING : new Position(time.lastMillis(), Long.MAX_VALUE);
			case StreamPoint.Place(Position at, boolean inclusive) when at.minor() == Position.NONE ->
				inclusive ? new Position(at.major(), Long.MAX_VALUE) : previous(new Position(at.major(), 0));
			case StreamPoint.Place(Position at, boolean inclusive) -> inclusive ? at : previous(at);
		};
	}

	static Position next(Position id) {
		return (id.minor() < Long.MAX_VALUE) ? new Position(id.major(), id.minor() + 1)
				: new Position(id.major() + 1, 0);
	}

	static Position previous(Position id) {
		if (id.minor() > 0) {
			return new Position(id.major(), id.minor() - 1);
		}
		return (id.major() > 0) ? new Position(id.major() - 1, Long.MAX_VALUE) : RedisEntries.BEGINNING;
	}

}
