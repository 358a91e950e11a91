package io.doab.stream.spi;

import java.util.List;
import java.util.Map;

/**
 * What is applied wholly or not at all to one partition of a group.
 *
 * @param checkpoints the new checkpoint of each input
 * @param appends events for any stream, in the order in which those of one partition are
 * to be stored
 * @param states new values of state entries, each at most once
 * @param timers new due times, each timer at most once
 */
public record AtomicCommit(Map<String, Checkpoint> checkpoints, List<Append> appends, List<StateChange> states,
		List<TimerChange> timers) {

}
