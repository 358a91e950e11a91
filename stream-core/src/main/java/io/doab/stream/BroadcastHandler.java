package io.doab.stream;

/**
 * Takes the events of a broadcast, one at a time: those of a partition in stream order.
 * May block; what it throws is answered as {@link BroadcastDefinition} says.
 */
@FunctionalInterface
public interface BroadcastHandler<T> {

	void handle(StoredEvent<T> event) throws Exception;

}
