package io.doab.stream.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import io.doab.stream.Acknowledgement;
import io.doab.stream.Delivery;
import io.doab.stream.Ordering;
import io.doab.stream.RetryMode;
import io.doab.stream.StartAt;
import io.doab.stream.kafka.KafkaSettings;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Streams and how they are processed.
 *
 * @param backend where the streams are: redis or kafka.
 * @param maxEventSize largest event that is stored.
 * @param streamDefaults what holds for streams that are not listed.
 * @param streams streams by name, written doab.streams[name]: what differs from the
 * defaults.
 * @param processors processors by name, written doab.processors[name]: what differs from
 * their definition.
 * @param queues queues by name, written doab.queues[name]: what differs from their
 * definition.
 * @param maxRedrives how often a dead letter may be given back to its stream.
 * @param redis the Redis backend.
 * @param kafka the Kafka backend.
 * @param publisher how events are published.
 */
@Validated
@ConfigurationProperties("doab")
public record DoabProperties(@DefaultValue("redis") Backend backend, @DefaultValue("1MB") DataSize maxEventSize,
		@DefaultValue @Valid StreamDefaults streamDefaults, @DefaultValue Map<String, @Valid Stream> streams,
		@DefaultValue Map<String, @Valid Processor> processors, @DefaultValue Map<String, @Valid Queue> queues,
		@DefaultValue("3") @Min(0) int maxRedrives, @DefaultValue @Valid Redis redis, @DefaultValue @Valid Kafka kafka,
		@DefaultValue @Valid Publisher publisher) {

	/** Where streams can be. */
	public enum Backend {

		/** Redis Streams, at spring.data.redis. */
		REDIS,

		/** Apache Kafka, at spring.kafka. */
		KAFKA

	}

	/**
	 * What holds for streams that are not listed.
	 *
	 * @param partitions number of partitions of a stream that is created.
	 * @param retention how long events stay, at least; what a group has not done stays
	 * longer.
	 * @param replicas copies that Kafka keeps of a stream that is created; 0 leaves it to
	 * the broker.
	 */
	public record StreamDefaults(@DefaultValue("3") @Min(1) @Max(10_000) int partitions,
			@DefaultValue("7d") Duration retention, @DefaultValue("0") @Min(0) int replicas) {
	}

	/**
	 * One stream.
	 *
	 * @param partitions number of partitions.
	 * @param retention how long events stay, at least.
	 * @param replicas copies that Kafka keeps.
	 * @param acknowledgement when an event that is published to it counts as stored.
	 * @param maxEvents how many events of a partition stay, at most; what a group has not
	 * done stays all the same.
	 * @param maxSize how much of a partition stays, about, at most; what a group has not
	 * done stays all the same.
	 * @param hardLimits whether max-events and max-size hold for what a group has not
	 * done, too: it is lost then, and counted.
	 * @param delayed whether events may be published to it for later.
	 */
	public record Stream(@Nullable Integer partitions, @Nullable Duration retention, @Nullable Integer replicas,
			@Nullable Acknowledgement acknowledgement, @Nullable Long maxEvents, @Nullable DataSize maxSize,
			@Nullable Boolean hardLimits, @Nullable Boolean delayed) {
	}

	/**
	 * How events are published.
	 *
	 * @param acknowledgement when an event counts as stored: none (sent), leader (stored
	 * by the server that leads) or all (by replicas too).
	 * @param timeout after how long an event that is not known to be stored has failed.
	 * @param idempotent whether an event whose answer was lost is sent again until the
	 * timeout, and stored once.
	 * @param replicas how many replicas the acknowledgement all waits for on Redis.
	 */
	public record Publisher(@DefaultValue("leader") Acknowledgement acknowledgement,
			@DefaultValue("10s") Duration timeout, @DefaultValue("true") boolean idempotent,
			@DefaultValue("1") @Min(1) int replicas) {
	}

	/**
	 * One processor.
	 *
	 * @param enabled whether it runs in this application.
	 * @param ordering which events wait for each other: partition, key or none.
	 * @param concurrency how many handlers run at once.
	 * @param maxInFlightEvents how many events of a partition are fetched and not
	 * committed before it pauses. All together share 40,000, and an eighth of the heap.
	 * @param startAt where a new group begins: earliest or latest.
	 * @param maxDeliveriesAfterCrash how often an event is delivered again whose
	 * processes ended while they had it in hand, before it goes to the dead letters.
	 * @param delivery what holds for an event when its member dies: at-most-once,
	 * at-least-once or atomic.
	 * @param retry what happens to an event that fails.
	 */
	public record Processor(@DefaultValue("true") boolean enabled, @Nullable Ordering ordering,
			@Nullable Integer concurrency, @Nullable Integer maxInFlightEvents, @Nullable StartAt startAt,
			@Nullable Integer maxDeliveriesAfterCrash, @Nullable Delivery delivery, @Nullable Retry retry) {
	}

	/**
	 * One queue.
	 *
	 * @param enabled whether its consumer runs in this application.
	 * @param concurrency how many handlers run at once.
	 * @param maxInFlightEvents how many events the consumer holds, at most.
	 * @param visibilityTime after how long without a sign of life others get what the
	 * consumer held.
	 * @param deliveryLimit the delivery at which an event goes to the dead letters in
	 * place of being handled.
	 * @param startAt where a new queue begins: earliest or latest.
	 * @param delivery what holds for an event when its consumer dies: at-most-once or
	 * at-least-once.
	 * @param removeAcknowledged whether events are removed when they are acknowledged and
	 * no other group reads the stream; Kafka cannot.
	 * @param retry when an event that failed is delivered again.
	 */
	public record Queue(@DefaultValue("true") boolean enabled, @Nullable Integer concurrency,
			@Nullable Integer maxInFlightEvents, @Nullable Duration visibilityTime, @Nullable Integer deliveryLimit,
			@Nullable StartAt startAt, @Nullable Delivery delivery, @Nullable Boolean removeAcknowledged,
			@Nullable QueueRetry retry) {
	}

	/**
	 * Retries of a queue. What is not set stays as the queue's definition says.
	 *
	 * @param maxAttempts deliveries in all, before an event that fails goes to the dead
	 * letters; never more than the delivery limit allows.
	 * @param initialDelay pause after the first failure.
	 * @param multiplier by which each pause exceeds the one before.
	 * @param maxDelay longest pause.
	 * @param jitter part of a pause that is random, 0 to 1.
	 * @param fatal classes of exceptions that are not tried again, also as a cause.
	 * @param retryable classes of exceptions that alone are tried again, also as a cause.
	 */
	public record QueueRetry(@Nullable Integer maxAttempts, @Nullable Duration initialDelay,
			@Nullable Double multiplier, @Nullable Duration maxDelay, @Nullable Double jitter,
			@Nullable List<String> fatal, @Nullable List<String> retryable) {
	}

	/**
	 * Retries. What is not set stays as the processor's definition says.
	 *
	 * @param maxAttempts attempts in all, before an event goes to the dead letters.
	 * @param initialDelay pause after the first failure.
	 * @param multiplier by which each pause exceeds the one before.
	 * @param maxDelay longest pause.
	 * @param jitter part of a pause that is random, 0 to 1.
	 * @param deadline how long after its first failure the last attempt may start.
	 * @param fatal classes of exceptions that are not tried again, also as a cause.
	 * @param retryable classes of exceptions that alone are tried again, also as a cause.
	 * @param mode what waits for a failed event: block-key, block-partition or
	 * non-blocking.
	 * @param parkAfter shortest pause for which an event is stored with the group's state
	 * and acknowledged.
	 * @param maxParkedEvents how many events of a partition may be stored so.
	 * @param maxParkedSize how large these may be together.
	 */
	public record Retry(@Nullable Integer maxAttempts, @Nullable Duration initialDelay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Double jitter, @Nullable Duration deadline,
			@Nullable List<String> fatal, @Nullable List<String> retryable, @Nullable RetryMode mode,
			@Nullable Duration parkAfter, @Nullable Integer maxParkedEvents, @Nullable DataSize maxParkedSize) {
	}

	/**
	 * The Redis backend. Which server: spring.data.redis.
	 *
	 * @param leaseTime how long a member owns its partitions without a sign of life.
	 * @param commandTimeout how long an answer may take.
	 * @param connectTimeout how long a connection attempt may take.
	 * @param trimInterval how often streams are cut to their retention.
	 * @param commitConnections how many connections a processor of one process opens, at
	 * most, one for each busy partition, whose commits cost the server less then. 0: all
	 * commits are scripts.
	 */
	public record Redis(@DefaultValue("6s") Duration leaseTime, @DefaultValue("5s") Duration commandTimeout,
			@DefaultValue("2s") Duration connectTimeout, @DefaultValue("1m") Duration trimInterval,
			@DefaultValue("8") int commitConnections) {
	}

	/**
	 * The Kafka backend. Which brokers: spring.kafka.
	 *
	 * @param groupProtocol how members of a group share partitions: auto (consumer where
	 * the broker has it), consumer or classic.
	 * @param sessionTimeout how long a member stays in its group without a sign of life,
	 * under the classic protocol; under the consumer protocol the broker decides.
	 * @param transactionTimeout after how long the broker ends a transaction that nobody
	 * ended.
	 * @param requestTimeout how long an answer may take.
	 * @param trimInterval how often topics are cut to their retention.
	 */
	public record Kafka(@DefaultValue("auto") KafkaSettings.GroupProtocol groupProtocol,
			@DefaultValue("6s") Duration sessionTimeout, @DefaultValue("15s") Duration transactionTimeout,
			@DefaultValue("5s") Duration requestTimeout, @DefaultValue("10m") Duration trimInterval) {
	}

}
