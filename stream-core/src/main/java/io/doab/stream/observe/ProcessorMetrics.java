package io.doab.stream.observe;

/**
 * What a processor counts. Called from many threads, on the path of every event: must not
 * block.
 */
public interface ProcessorMetrics {

	/** A handler returned without an exception. */
	void handled(long events, long nanos);

	/** A handler threw. */
	void failed();

	/** An event was moved to the dead letters. */
	void deadLettered();

	/** An event came again and was dropped. */
	void deduplicated();

	/** A commit was applied. */
	void committed(int events, long nanos);

	/** A partition was lost, with the work in flight. */
	void lost();

	/** Counts nothing. */
	static ProcessorMetrics none() {
		return new ProcessorMetrics() {
			@Override
			public void handled(long events, long nanos) {
			}

			@Override
			public void failed() {
			}

			@Override
			public void deadLettered() {
			}

			@Override
			public void deduplicated() {
			}

			@Override
			public void committed(int events, long nanos) {
			}

			@Override
			public void lost() {
			}
		};
	}

}
