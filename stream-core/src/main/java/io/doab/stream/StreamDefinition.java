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
 */
public record StreamDefinition(String name, int partitions, Duration retention, int replicas) {

	/** The number of partitions when nothing is said. */
	public static final int DEFAULT_PARTITIONS = 3;

	/** The retention when nothing is said. */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

	private static final String DEAD_LETTER_SUFFIX = ".dead-letter";

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
		if (replicas < 0) {
			throw new IllegalArgumentException("Stream '" + name + "': replicas " + replicas + " must not be negative");
		}
	}

	public static StreamDefinition of(String name) {
		return new StreamDefinition(name, DEFAULT_PARTITIONS, DEFAULT_RETENTION, 0);
	}

	public StreamDefinition withPartitions(int number) {
		return new StreamDefinition(this.name, number, this.retention, this.replicas);
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

	/** The name of a stream's dead-letter stream. */
	public static String deadLetterOf(String stream) {
		return stream + DEAD_LETTER_SUFFIX;
	}

}
