package io.doab.stream;

/**
 * One input of a processor: a stream, the type of its payload and what handles it.
 */
public sealed interface ProcessorInput<T> {

	String stream();

	Class<T> type();

	/** An input whose events are handled one by one. */
	record Single<T>(String stream, Class<T> type, EventProcessor<T> handler) implements ProcessorInput<T> {
	}

	/** An input whose events are handled up to {@code maxEvents} at once. */
	record Batch<T>(String stream, Class<T> type, int maxEvents,
			EventBatchProcessor<T> handler) implements ProcessorInput<T> {
	}

}
