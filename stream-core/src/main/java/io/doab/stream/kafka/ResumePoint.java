package io.doab.stream.kafka;

import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;

import org.apache.kafka.common.Uuid;

/**
 * Where a group goes on with one partition of an input.
 *
 * @param next the offset of the next event
 * @param done what is done beyond it
 * @param topic the identity of the topic: a topic that is created again has another one
 */
record ResumePoint(long next, Set<Position> done, Uuid topic) {

	static ResumePoint anew(long next, Uuid topic) {
		return new ResumePoint(next, Set.of(), topic);
	}

	/** The same, but not before an offset. */
	ResumePoint notBefore(long offset) {
		return new ResumePoint(offset,
				this.done.stream().filter((position) -> position.major() >= offset).collect(Collectors.toSet()),
				this.topic);
	}

	Checkpoint checkpoint() {
		return new Checkpoint(Position.ofOffset(this.next - 1), this.done, 0);
	}

}
