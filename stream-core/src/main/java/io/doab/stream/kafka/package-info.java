/**
 * The backend over Apache Kafka. All but its factory is internal.
 *
 * <p>
 * A stream is a topic. Ownership is that of the consumer group; a commit is a transaction
 * that always carries the group's offsets, which is what the broker fences. State, timers
 * and what is done beyond the offsets are records of a compacted topic per group, the
 * changelog.
 */
@NullMarked
package io.doab.stream.kafka;

import org.jspecify.annotations.NullMarked;
