package io.doab.stream;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A stream. It is created when it is absent; a stream that exists with another number of
 * partitions stops the start, for keys would change their partition.
 *
 * @param name letters, digits, dot, dash and underscore; at most 200 characters
 * @param partitions how many members of a group can share the work, at least 1
 * @param retention how long events stay; what a group has not done stays longer
 * @param replicas how many copies Kafka keeps, 0 for what the broker is set to; Redis
 * replicates as a whole
 * @param limits how much stays
 * @param delayed whether events may be published to it for later: an application that
 * declares it so moves them when they are due
 */
public record StreamDefinition(String name, int partitions, Duration retention, int replicas, RetentionLimits limits,
		boolean delayed) {

	/** The number of partitions when nothing is said. */
	public static final int DEFAULT_PARTITIONS = 3;

	/** The retention when nothing is said. */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

	private static final String DEAD_LETTER_SUFFIX = ".dead-letter";

	private static final String DELAYED_SUFFIX = ".delayed";

	private static final int LONGEST_DELAYED_NAME = 100 - DELAYED_SUFFIX.length();

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

	public StreamDefinition {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("Stream name '" + name
					+ "' must have 1 to 200 letters, digits, dots, dashes or underscores, and nothing else");
		}
		if (partitions < 1 || partitions > 10_000) {
			throw new IllegalArgumentException(
					"Stream '" + name + "' has " + partitions + " partitions: expected 1 to 10000");
		}
		if (retention.isNegative() || retention.isZero()) {
			throw new IllegalArgumentException("Stream '" + name + "': retention " + retention + " must be positive");
		}
		if (delayed && name.length() > LONGEST_DELAYED_NAME) {
			throw new IllegalArgumentException("Stream '" + name + "' takes events for later: its name may have "
					+ LONGEST_DELAYED_NAME + " characters at most, for a group is named after it");
		}
		if (replicas < 0) {
			throw new IllegalArgumentException("Stream '" + name + "': replicas " + replicas + " must not be negative");
		}
	}

	/** A stream without limits, to which nothing is published for later. */
	public StreamDefinition(String name, int partitions, Duration retention, int replicas) {
		this(name, partitions, retention, replicas, RetentionLimits.NONE, false);
	}

	public static StreamDefinition of(String name) {
		return new StreamDefinition(name, DEFAULT_PARTITIONS, DEFAULT_RETENTION, 0);
	}

	public StreamDefinition withPartitions(int number) {
		return new StreamDefinition(this.name, number, this.retention, this.replicas, this.limits, this.delayed);
	}

	public StreamDefinition withRetention(Duration age, RetentionLimits amount) {
		return new StreamDefinition(this.name, this.partitions, age, this.replicas, amount, this.delayed);
	}

	/** The same stream, to which events may be published for later. */
	public StreamDefinition withDelayed() {
		return new StreamDefinition(this.name, this.partitions, this.retention, this.replicas, this.limits, true);
	}

	/**
	 * The stream in which events wait that were published to this one for later: as many
	 * partitions, so that it shares its slots.
	 */
	public StreamDefinition delayedEvents() {
		return new StreamDefinition(delayedOf(this.name), this.partitions, this.retention, this.replicas);
	}

	/**
	 * The stream that takes what could not be processed of this one: as many partitions,
	 * so that it shares its slots.
	 */
	public StreamDefinition deadLetter() {
		return new StreamDefinition(deadLetterOf(this.name), this.partitions, this.retention, this.replicas);
	}

	/** The stream whose dead-letter stream this is, if it is one. */
	public static Optional<String> originOf(String deadLetterStream) {
		return deadLetterStream.endsWith(DEAD_LETTER_SUFFIX)
				? Optional.of(deadLetterStream.substring(0, deadLetterStream.length() - DEAD_LETTER_SUFFIX.length()))
				: Optional.empty();
	}

	/** The name of the stream in which events wait that are published for later. */
	public static String delayedOf(String stream) {
		return stream + DELAYED_SUFFIX;
	}

	/** Whether it is a stream of another's delayed events. */
	public static boolean isDelayed(String stream) {
		return stream.endsWith(DELAYED_SUFFIX);
	}

	/** The name of a stream's dead-letter stream. */
	public static String deadLetterOf(String stream) {
		return stream + DEAD_LETTER_SUFFIX;
	}

}
