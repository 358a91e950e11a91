package io.doab.stream.spi;

/**
 * What identifies a timer within a group's partition.
 */
public record TimerKey(String name, String key) {

}
