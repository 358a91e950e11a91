package io.doab.stream;

/**
 * One input of a queue: a stream, the type of its payload and what handles it.
 */
public record QueueInput<T>(String stream, Class<T> type, QueueHandler<T> handler) {

}
