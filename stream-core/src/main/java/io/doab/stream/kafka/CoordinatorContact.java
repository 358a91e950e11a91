package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Map;

import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;

import org.jspecify.annotations.Nullable;

/**
 * Whether a member is in touch with its group. A consumer whose broker is out of reach
 * polls on and finds nothing, as one does that has nothing to do: its metrics tell them
 * apart. Belongs to the thread that polls.
 */
final class CoordinatorContact {

	private static final String SILENCE = "last-heartbeat-seconds-ago";

	private final String group;

	private final Duration limit;

	private final @Nullable Metric silence;

	private final long beganNanos = System.nanoTime();

	CoordinatorContact(String group, Consumer<?, ?> consumer, Duration limit) {
		this.group = group;
		this.limit = limit;
		this.silence = consumer.metrics()
			.entrySet()
			.stream()
			.filter((metric) -> metric.getKey().name().equals(SILENCE))
			.<Metric>map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Returns when the coordinator was in touch of late.
	 * @throws RetriableException when it was not
	 */
	void require() {
		if (this.silence == null || !(this.silence.metricValue() instanceof Number ago)) {
			return;
		}
		// Negative before the first heartbeat.
		long seconds = (ago.longValue() >= 0) ? ago.longValue()
				: Duration.ofNanos(System.nanoTime() - this.beganNanos).toSeconds();
		if (seconds > this.limit.toSeconds()) {
			throw new RetriableException("No heartbeat between group " + this.group + " and its coordinator for "
					+ seconds + " s: Kafka is out of reach, or the group waits for another member", null);
		}
	}

}
