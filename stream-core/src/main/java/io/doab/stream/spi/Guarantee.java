package io.doab.stream.spi;

/**
 * What users are promised, a row each of the table in README. A case of the contract
 * asserts it on every backend; what a backend says of it is in its {@link Capabilities}.
 */
public enum Guarantee {

	/** Order. */
	ORDER_PER_KEY("any processor",
			"events of a key run in stream order, one at a time, also across crashes and rebalances"),

	/** Fencing. */
	FENCING("any processor", "a member that lost its partition commits nothing"),

	/** Dead letters. */
	DEAD_LETTER("any processor", "what fails for good is kept, with its bytes, in the commit that acknowledges it"),

	/** Deduplication. */
	DEDUPLICATION("any processor", "an event that may come twice has one effect within the window"),

	/** Delivery ATOMIC. */
	ATOMIC("`atomic`", "acknowledgement, outputs, state and timers are one commit, wholly or not at all"),

	/** A reply that is lost. */
	COMMIT_ONCE("`atomic`", "a commit whose reply is lost is applied once"),

	/** Delivery AT_LEAST_ONCE. */
	AT_LEAST_ONCE("`at-least-once`", "nothing is lost; outputs may be there twice, state and timers change once"),

	/** Delivery AT_MOST_ONCE. */
	AT_MOST_ONCE("`at-most-once`", "what had begun is not run again"),

	/** Storage. */
	STORED("publisher", "what is acknowledged outlives a crash of the server"),

	/** Failover. */
	FAILOVER("server", "a server without the last writes takes over: of what it has nothing is skipped or doubled"),

	/** Events of others. */
	FOREIGN_EVENTS("stream", "what is written by any other client, without our attributes, is an event"),

	/** The servers' tools. */
	LAG_IN_TOOLS("stream", "position and lag of a group show in the server's own tools"),

	/** Removal. */
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
