package io.doab.stream;

/**
 * What waits while a failed event waits for its next attempt.
 */
public enum RetryMode {

	/**
	 * Later events of its key, so that the order per key holds. With
	 * {@link Ordering#PARTITION} that is the whole partition; events without a key, and
	 * with {@link Ordering#NONE} all events, keep none waiting.
	 */
	BLOCK_KEY,

	/**
	 * Everything of its partition: from its first failure until it succeeded or was
	 * dead-lettered nothing else starts there. For failures that all events of the
	 * partition would share.
	 */
	BLOCK_PARTITION,

	/**
	 * Nothing. Later events of its key go on, and it runs after some of them: <b>the
	 * order per key is lost</b> as soon as an event fails. Events of a key still run one
	 * at a time, so state stays whole; but a handler sees what later events have put.
	 */
	NON_BLOCKING

}
