package io.doab.stream;

/**
 * Where an event stands in its partition: a Redis stream id (milliseconds and sequence)
 * or a Kafka offset. Positions of one partition compare in stream order; positions of
 * different partitions mean nothing to each other.
 *
 * @param major the milliseconds of a stream id, or the offset
 * @param minor the sequence of a stream id, or {@link #NONE} for an offset
 */
public record Position(long major, long minor) implements Comparable<Position> {

	/** The {@code minor} of a position that has none. */
	public static final long NONE = -1;

	/** The position of an offset. */
	public static Position ofOffset(long offset) {
		return new Position(offset, NONE);
	}

	/**
	 * Reads what {@link #toString()} wrote.
	 * @throws IllegalArgumentException when the text is neither {@code 123} nor
	 * {@code 123-4}
	 */
	public static Position parse(String text) {
		try {
			int dash = text.indexOf('-', 1);
			return (dash < 0) ? ofOffset(Long.parseLong(text)) : new Position(Long.parseLong(text, 0, dash, 10),
					Long.parseLong(text, dash + 1, text.length(), 10));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"'" + text
							+ "' is no position: expected an offset such as 42 or a stream id such as 1518951480106-0",
					ex);
		}
	}

	@Override
	public int compareTo(Position other) {
		int byMajor = Long.compare(this.major, other.major);
		return (byMajor != 0) ? byMajor : Long.compare(this.minor, other.minor);
	}

	/** {@code 1518951480106-0} for a stream id, {@code 42} for an offset. */
	@Override
	public String toString() {
		return (this.minor == NONE) ? Long.toString(this.major) : this.major + "-" + this.minor;
	}

}
