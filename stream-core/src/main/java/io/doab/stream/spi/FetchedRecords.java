package io.doab.stream.spi;

import java.util.List;

import io.doab.stream.Position;

/**
 * What one read of an input's partition gave, in stream order.
 *
 * @param stream the input
 * @param records may be empty, when only positions without an event were passed
 * @param scannedTo the last position that was looked at, at or after that of the last
 * record
 */
public record FetchedRecords(String stream, List<StreamRecord> records, Position scannedTo) {

}
