package io.doab.stream.spi;

/**
 * An event as it was read, and when the server stored it.
 *
 * @param storedMillis milliseconds since 1970, by the server's clock
 */
public record LogEntry(StreamRecord record, long storedMillis) {

}
