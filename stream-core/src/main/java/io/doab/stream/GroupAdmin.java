package io.doab.stream;

import java.util.List;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;

/**
 * What operators ask of groups, and do to them. Calls block for the backend.
 *
 * <p>
 * A group is <em>paused</em> by a mark that is stored at the backend: within a second or
 * two every member drains, commits, gives up its partitions and leaves, and joins again
 * when the mark is gone. A member that starts meanwhile waits.
 */
public interface GroupAdmin {

	/** The names of the groups that have stored anything, in order. */
	List<String> names();

	/**
	 * Describes a group: members, owners, and what it has not done.
	 * @throws IllegalArgumentException when there is none of that name
	 */
	GroupDescription describe(String group);

	/**
	 * What a group has parked, by partition; none of those that have nothing. On Kafka
	 * this reads the group's changelog, and takes as long as a take-over does.
	 * @throws IllegalArgumentException when there is none of that name
	 */
	List<ParkedEvents> parked(String group);

	/**
	 * Moves a stopped, or paused, group to another place of its inputs.
	 *
	 * <p>
	 * It is done as a member does it: all partitions are owned while it lasts, under new
	 * epochs, so that no other member can commit between the old place and the new one,
	 * and the group is paused, so that one that starts waits. The reset of a partition is
	 * applied wholly or not at all. Should it end half-way over the partitions, then the
	 * group stays paused, and the same reset can be made again.
	 * @throws FatalStreamException when it is refused: the group runs, or has parked
	 * events of which nothing was said; the message says who, and what to do
	 * @throws FencedException when a member that started meanwhile took partitions: pause
	 * the group, wait until its members have left, and make the same reset again
	 * @throws IllegalArgumentException when there is no such group, or it cannot be moved
	 * there
	 */
	ResetReport reset(GroupReset reset);

	/**
	 * Has all members of a group keep out. One that is paused keeps its reason.
	 * @throws IllegalArgumentException when there is no such group, or it is no
	 * processor's: the consumers of a queue or of another client heed no pause
	 */
	void pause(String group, String reason);

	/** Lets the members of a group join again. */
	void resume(String group);

}
