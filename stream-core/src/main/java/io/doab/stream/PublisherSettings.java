package io.doab.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a publisher waits for, for how long, and whether it tries again by itself.
 *
 * @param acknowledgement when an event counts as stored, on streams for which nothing
 * else is said
 * @param timeout after how long an event that is not known to be stored has failed; at
 * least 200 ms
 * @param idempotent whether an event whose answer was lost, or that could not be sent, is
 * sent again until the timeout, in its order and appended once. Kafka does that for what
 * all in-sync replicas acknowledge, so an idempotent publisher waits for these there,
 * with {@link Acknowledgement#LEADER} too. No use with {@link Acknowledgement#NONE}
 * @param replicas how many replicas {@link Acknowledgement#ALL} waits for on Redis, at
 * least 1
 * @param streams the acknowledgement of streams that differ, by name
 */
public record PublisherSettings(Acknowledgement acknowledgement, Duration timeout, boolean idempotent, int replicas,
		Map<String, Acknowledgement> streams) {

	private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(200);

	public PublisherSettings {
		if (timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
			throw new IllegalArgumentException(
					"timeout " + timeout + " of a publisher is too short: at least " + SHORTEST_TIMEOUT);
		}
		if (replicas < 1) {
			throw new IllegalArgumentException("replicas " + replicas
					+ " must be at least 1: to wait for none, use acknowledgement LEADER in place of ALL");
		}
		streams = Map.copyOf(streams);
	}

	/**
	 * Acknowledged by the leader within 10 s, idempotent; one replica where asked for.
	 */
	public static PublisherSettings defaults() {
		return new PublisherSettings(Acknowledgement.LEADER, Duration.ofSeconds(10), true, 1, Map.of());
	}

	/** The acknowledgement that holds for a stream. */
	public Acknowledgement acknowledgement(String stream) {
		return this.streams.getOrDefault(stream, this.acknowledgement);
	}

	public PublisherSettings withAcknowledgement(Acknowledgement value) {
		return new PublisherSettings(value, this.timeout, this.idempotent, this.replicas, this.streams);
	}

	/** The same, but for one stream. */
	public PublisherSettings withAcknowledgement(String stream, Acknowledgement value) {
		Map<String, Acknowledgement> more = new HashMap<>(this.streams);
		more.put(stream, value);
		return new PublisherSettings(this.acknowledgement, this.timeout, this.idempotent, this.replicas, more);
	}

	public PublisherSettings withTimeout(Duration value) {
		return new PublisherSettings(this.acknowledgement, value, this.idempotent, this.replicas, this.streams);
	}

	public PublisherSettings withIdempotent(boolean value) {
		return new PublisherSettings(this.acknowledgement, this.timeout, value, this.replicas, this.streams);
	}

	public PublisherSettings withReplicas(int value) {
		return new PublisherSettings(this.acknowledgement, this.timeout, this.idempotent, value, this.streams);
	}

}
