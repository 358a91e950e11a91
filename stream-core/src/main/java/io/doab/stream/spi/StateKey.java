package io.doab.stream.spi;

/**
 * One entry of one state of a group's partition.
 */
public record StateKey(String state, String key) {

}
