package io.doab.stream.spi;

import java.time.Duration;
import java.util.List;

import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;

/**
 * What a member of a queue tells the backend about it.
 *
 * @param queue the queue's name
 * @param inputs the input streams, declared before
 * @param visibilityTime after how long without a sign of life of a member others get what
 * it held
 * @param deliveryLimit the delivery that goes to the dead letters: the backend must not
 * drop an event before it
 * @param maxInFlightEvents how many events the member holds at most
 * @param startAt where a new queue begins
 * @param removeAcknowledged whether acknowledged events are removed, when no other group
 * reads the stream and the backend can
 */
public record QueueSpec(String queue, List<StreamDefinition> inputs, Duration visibilityTime, int deliveryLimit,
		int maxInFlightEvents, StartAt startAt, boolean removeAcknowledged) {

	public QueueSpec {
		inputs = List.copyOf(inputs);
	}

}
