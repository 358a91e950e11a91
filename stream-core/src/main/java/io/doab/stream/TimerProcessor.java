package io.doab.stream;

/**
 * Processes a timer that came due. It runs in the order of its key, like an event of that
 * key, and under the same promises as {@link EventProcessor}.
 */
@FunctionalInterface
public interface TimerProcessor {

	void process(Timer timer, ProcessingContext context) throws Exception;

}
