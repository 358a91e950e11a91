package io.doab.stream;

/**
 * Processes one event. Events of one key arrive in stream order, one at a time; different
 * keys run at once when the processor's {@link Ordering} allows it.
 *
 * <p>
 * May see an event again when the commit that followed was not confirmed:
 * {@link Event#id()} is stable, use it as idempotency key for effects outside the
 * streams. What goes through the {@link ProcessingContext} happens once per event.
 *
 * <p>
 * May block: it then runs on a virtual thread, beside others. Is interrupted when the
 * partition is lost; its work is then dropped. An exception is answered by the
 * processor's {@link FailureHandler}.
 */
@FunctionalInterface
public interface EventProcessor<T> {

	void process(Event<T> event, ProcessingContext context) throws Exception;

}
