package io.doab.stream.observe;

/**
 * What a processor counts. Called from many threads, on the path of every event: must not
 * block. What is not implemented is not counted.
 */
public interface ProcessorMetrics {

	/** A handler returned without an exception. */
	default void handled(long events, long nanos) {
	}

	/** A handler threw. */
	default void failed() {
	}

	/** An event was moved to the dead letters. */
	default void deadLettered() {
	}

	/** An event came again and was dropped. */
	default void deduplicated() {
	}

	/** A commit was applied. */
	default void committed(int events, long nanos) {
	}

	/** A partition was lost, with the work in flight. */
	default void lost() {
	}

	/** Counts nothing. */
	static ProcessorMetrics none() {
		return new ProcessorMetrics() {
		};
	}

}
