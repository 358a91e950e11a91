package io.doab.stream.kafka;

import java.time.Duration;

/**
 * How the Kafka backend behaves.
 *
 * @param groupProtocol how members of a group find to their partitions
 * @param sessionTimeout how long a member is in its group without a sign of life, under
 * the classic protocol; under the consumer protocol the broker says how long
 * @param transactionTimeout after how long the broker ends a transaction that nobody
 * ended
 * @param requestTimeout how long the broker may take to store an event or to answer a
 * question
 * @param trimInterval how often topics are cut to their retention
 * @param maxEventBytes the largest event that is stored
 */
public record KafkaSettings(GroupProtocol groupProtocol, Duration sessionTimeout, Duration transactionTimeout,
		Duration requestTimeout, Duration trimInterval, int maxEventBytes) {

	/**
	 * What an event may grow by on its way: batch and record headers, and what a dead
	 * letter adds.
	 */
	static final int OVERHEAD_BYTES = 64 * 1024;

	/** How members of a group find to their partitions. */
	public enum GroupProtocol {

		/** The consumer protocol where the broker has it, the classic one otherwise. */
		AUTO,

		/**
		 * The consumer protocol (KIP-848): what stays with a member goes on while other
		 * partitions move. A broker that does not have it is an error.
		 */
		CONSUMER,

		/** The classic protocol: at every change all partitions are given up. */
		CLASSIC

	}

	/**
	 * The protocol that the broker has, sessions of 6 s, transactions of 15 s, answers
	 * within 5 s, trimming every 10 minutes, events of 1 MiB.
	 */
	public static KafkaSettings defaults() {
		return new KafkaSettings(GroupProtocol.AUTO, Duration.ofSeconds(6), Duration.ofSeconds(15),
				Duration.ofSeconds(5), Duration.ofMinutes(10), 1024 * 1024);
	}

	public KafkaSettings withTrimInterval(Duration time) {
		return new KafkaSettings(this.groupProtocol, this.sessionTimeout, this.transactionTimeout, this.requestTimeout,
				time, this.maxEventBytes);
	}

	public KafkaSettings withGroupProtocol(GroupProtocol protocol) {
		return new KafkaSettings(protocol, this.sessionTimeout, this.transactionTimeout, this.requestTimeout,
				this.trimInterval, this.maxEventBytes);
	}

	/** How long to wait for an answer of the admin client, which itself tries twice. */
	long patienceSeconds() {
		return 2 * this.requestTimeout.toSeconds() + 5;
	}

	int maxMessageBytes() {
		return this.maxEventBytes + OVERHEAD_BYTES;
	}

}
