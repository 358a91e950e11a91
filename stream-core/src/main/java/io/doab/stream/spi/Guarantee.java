package io.doab.stream.spi;

/**
 * What users are promised, a row each of the table in README. A case of the contract
 * asserts it on every backend; what a backend says of it is in its {@link Capabilities}.
 */
public enum Guarantee {

	ORDER_PER_KEY("any processor",
			"events of a key run in stream order, one at a time, also across crashes and rebalances"),

	FENCING("any processor", "a member that lost its partition commits nothing"),

	DEAD_LETTER("any processor", "what fails for good is kept, with its bytes, in the commit that acknowledges it"),

	DEDUPLICATION("any processor", "an event that may come twice has one effect within the window"),

	ATOMIC("`atomic`", "acknowledgement, outputs, state and timers are one commit, wholly or not at all"),

	COMMIT_ONCE("`atomic`", "a commit whose reply is lost is applied once"),

	AT_LEAST_ONCE("`at-least-once`", "nothing is lost; outputs may be there twice, state and timers change once"),

	AT_MOST_ONCE("`at-most-once`", "what had begun is not run again"),

	QUEUE_REDELIVERY("queue", "what a dead consumer held comes to another, and what a living one holds does not"),

	QUEUE_DEAD_LETTER("queue", "an event that ends its consumers is kept before the server drops it"),

	QUEUE_ATOMIC("queue", "acknowledgement and outputs are one commit"),

	STORED("publisher", "what is acknowledged outlives a crash of the server"),

	REPLICATED("publisher", "with `all`, so many replicas have it, or the publisher is told what is known of it"),

	PUBLISHED_ONCE("publisher", "what is sent again after a lost answer is stored once, in order"),

	DELAYED("publisher", "what is for later comes once, not before its time, in the order of the times of its key"),

	READING("reader", "a range, by time or position, and a tail over lost connections have each event once"),

	BROADCAST("broadcast", "every instance sees every event, those of a key in order"),

	RETENTION("stream", "what a group has not done stays, unless there is a hard limit; then what it loses is counted"),

	RESET("group", "a reset never runs beside a member, and says what becomes of state, timers and parked events"),

	RAISE("stream", "when partitions are raised, state and timers move with their keys"),

	FAILOVER("server", "a server without the last writes takes over: of what it has nothing is skipped or doubled"),

	FOREIGN_EVENTS("stream", "what is written by any other client, without our attributes, is an event"),

	LAG_IN_TOOLS("stream", "position and lag of a group show in the server's own tools"),

	REMOVAL("stream", "a dead letter that was redriven or discarded is gone from the log itself");

	private final String mode;

	private final String promise;

	Guarantee(String mode, String promise) {
		this.mode = mode;
		this.promise = promise;
	}

	/** What it holds for: a delivery, or a part of the library. */
	public String mode() {
		return this.mode;
	}

	public String promise() {
		return this.promise;
	}

}
