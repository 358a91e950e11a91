package io.doab.stream.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * The steps by which streams get more partitions. Each may be repeated, after a failure
 * too. All block, and throw {@link RetriableException} when the backend cannot be
 * reached.
 */
public interface Repartitioning {

	/** The number of partitions of those streams that are there. */
	Map<String, Integer> partitions(Collection<String> streams);

	/**
	 * From now on nobody declares the streams, so that none of their groups starts.
	 * @param partitions how many each will have
	 * @throws IllegalStateException when one is closed for a raise to another number;
	 * then none is closed by this
	 */
	void close(Collection<String> streams, int partitions);

	/**
	 * Whether one of the streams is closed, by a raise that is under way or was
	 * interrupted.
	 */
	boolean isClosed(Collection<String> streams);

	/** From now on only {@link #raise} to its end makes the streams whole again. */
	void begin(Collection<String> streams);

	/** Whether a change of one of the streams was begun and has not ended. */
	boolean hasBegun(Collection<String> streams);

	/** Undoes {@link #begin} and {@link #close}, and lets the streams be declared. */
	void open(Collection<String> streams);

	/**
	 * What is in the way, as sentences that name it: groups with members, with events
	 * that they have not done, with other inputs, with parked events.
	 * @param forgetIds whether ids that groups remember to recognise events that come
	 * twice are not in the way
	 */
	List<String> obstacles(Collection<String> streams, boolean forgetIds);

	/** Where each partition ends. */
	Map<StreamPartition, Position> ends(Collection<String> streams);

	/**
	 * Moves what groups keep under keys that change their partition, and makes the
	 * partitions. Only while nothing is in the way.
	 */
	void raise(Collection<String> streams, int partitions);

	/** Whether a group moves delayed events on: it bears the name of their stream. */
	static boolean movesDelayed(String group, String stream) {
		return group.equals(stream) && StreamDefinition.isDelayed(stream);
	}

	/** What whoever declares a closed stream is told. */
	static FatalStreamException closed(String stream, String partitions) {
		return new FatalStreamException("Stream '" + stream + "' is being raised to " + partitions
				+ " partitions: wait until that is done, then set doab.streams[" + stream + "].partitions=" + partitions
				+ "; if it was interrupted, run it again", null);
	}

	/** What {@link #close} throws: half of what groups keep may have moved already. */
	static IllegalStateException begunOtherwise(String stream, String begun, int partitions) {
		return new IllegalStateException("Stream '" + stream + "' was being raised to " + begun
				+ " partitions when that was interrupted: complete that before it is raised to " + partitions);
	}

}
