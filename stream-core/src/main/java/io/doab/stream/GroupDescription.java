package io.doab.stream;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A group as the backend has it, whichever process runs it.
 *
 * @param name the group's name: that of its processor
 * @param kind whose group it is
 * @param members who takes part at present; one that was killed counts until its session
 * is over
 * @param pause why its members keep out, or null
 * @param partitions in their order; of a group of another kind as many as its inputs have
 */
public record GroupDescription(String name, Kind kind, List<Member> members, @Nullable Pause pause,
		List<Partition> partitions) {

	public GroupDescription {
		members = List.copyOf(members);
		partitions = List.copyOf(partitions);
	}

	/** The streams that it reads. */
	public List<String> inputs() {
		return this.partitions.stream()
			.flatMap((partition) -> partition.inputs().stream())
			.map(Input::stream)
			.distinct()
			.sorted()
			.toList();
	}

	/** What the group has not done, over all its partitions. */
	public Lag lag() {
		return this.partitions.stream()
			.flatMap((partition) -> partition.inputs().stream())
			.map(Input::lag)
			.reduce(Lag.NONE, Lag::plus);
	}

	/** Whose group it is. */
	public enum Kind {

		/** That of a processor: with a checkpoint, state, owners and epochs. */
		PROCESSOR,

		/**
		 * A consumer group of any other client: it has a position, and nothing that could
		 * be reset here.
		 */
		FOREIGN

	}

	/**
	 * A member.
	 *
	 * @param id its host, process and a random part
	 * @param partitions what it owns at present
	 */
	public record Member(String id, Set<Integer> partitions) {

	}

	/**
	 * Why a group's members keep out.
	 *
	 * @param since when that was said
	 */
	public record Pause(Instant since, String reason) {

	}

	/**
	 * One partition number of the group.
	 *
	 * @param owner the member that owns it at present, or null
	 * @param epoch that of its owner, or else of the last one; it grows with each
	 * take-over. 0 before the first, and for groups of another kind
	 */
	public record Partition(int partition, @Nullable String owner, long epoch, List<Input> inputs) {

		public Partition {
			inputs = List.copyOf(inputs);
		}

	}

	/**
	 * How far the group is with one input.
	 *
	 * @param prefix all up to here is done; null before the first commit
	 * @param doneBeyond how many events beyond it are done
	 */
	public record Input(String stream, @Nullable Position prefix, int doneBeyond, Lag lag) {

	}

}
