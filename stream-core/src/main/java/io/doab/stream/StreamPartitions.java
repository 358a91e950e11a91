package io.doab.stream;

import java.util.Collection;

import io.doab.stream.error.RetriableException;

/**
 * Gives streams more partitions. Keys change their partition by that, so it is done while
 * nobody reads or writes: applications are stopped once their groups have done
 * everything, this runs, and they are started with the new number. What groups keep under
 * a key moves with the key.
 *
 * <p>
 * What is in the way is refused, and nothing is changed then; what can be seen at once is
 * looked for before publishers are stopped. Once the change has begun the streams stay
 * closed until it is complete: after a failure run it again.
 */
@FunctionalInterface
public interface StreamPartitions {

	/**
	 * Raises the number of partitions of streams, and of those for their dead letters and
	 * delayed events. Streams that one group reads are raised together. Blocks.
	 * @param partitions how many each is to have; a stream that has as many is left as it
	 * is
	 * @param forgetIds whether groups may forget ids by which they recognise events that
	 * come twice: they do not belong to a key, so they cannot move with it
	 * @throws IllegalArgumentException when a stream is not there or has more
	 * @throws IllegalStateException when something is in the way, all of which it says
	 * @throws RetriableException when the backend cannot be reached; run it again
	 */
	void raise(Collection<String> streams, int partitions, boolean forgetIds);

}
