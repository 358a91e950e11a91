package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * Which events of a stream to read, and in which order.
 *
 * <pre>{@code
 * StreamRange.of("payments").from(StreamPoint.at(yesterday)).to(StreamPoint.excluding(today));
 * StreamRange.of("payments").backwards().limit(10);                       // the newest ten
 * StreamRange.of("payments").partition(2).from(StreamPoint.at(position)); // from that event on
 * }</pre>
 *
 * @param partition the only partition to read, or null for all of them, merged in the
 * order of the times at which their events were stored
 * @param from where the range begins, in stream order, whatever the direction
 * @param to where it ends
 * @param limit how many events it has at most
 * @param newestFirst whether the newest comes first
 */
public record StreamRange(String stream, @Nullable Integer partition, StreamPoint from, StreamPoint to, long limit,
		boolean newestFirst) {

	public StreamRange {
		if (partition != null && partition < 0) {
			throw new IllegalArgumentException("Partition " + partition + " must not be negative");
		}
		if (limit < 0) {
			throw new IllegalArgumentException("limit " + limit + " must not be negative");
		}
	}

	/** All that a stream has when it is read, the oldest first. */
	public static StreamRange of(String stream) {
		return new StreamRange(stream, null, StreamPoint.beginning(), StreamPoint.now(), Long.MAX_VALUE, false);
	}

	/** Of one partition alone. Positions as bounds need that. */
	public StreamRange partition(int number) {
		return new StreamRange(this.stream, number, this.from, this.to, this.limit, this.newestFirst);
	}

	public StreamRange from(StreamPoint point) {
		return new StreamRange(this.stream, this.partition, point, this.to, this.limit, this.newestFirst);
	}

	public StreamRange to(StreamPoint point) {
		return new StreamRange(this.stream, this.partition, this.from, point, this.limit, this.newestFirst);
	}

	public StreamRange limit(long events) {
		return new StreamRange(this.stream, this.partition, this.from, this.to, events, this.newestFirst);
	}

	/** The newest first. */
	public StreamRange backwards() {
		return new StreamRange(this.stream, this.partition, this.from, this.to, this.limit, true);
	}

}
