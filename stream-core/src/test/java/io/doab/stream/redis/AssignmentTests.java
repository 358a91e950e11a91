package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.doab.stream.error.FatalStreamException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AssignmentTests {

	@Test
	void aLoneMemberHasAll() {
		assertThat(Assignment.NONE.next(List.of("a"), 3).of("a")).containsExactly(0, 1, 2);
	}

	@Test
	void whoJoinsTakesItsShareAndNoOtherPartitionMoves() {
		Assignment before = Assignment.NONE.next(List.of("a", "b"), 64);
		Assignment after = before.next(List.of("a", "b", "c", "d"), 64);
		assertThat(moved(before, after, 64)).isEqualTo(32);
		assertBalanced(after, Set.of("a", "b", "c", "d"), 64);
	}

	@Test
	void whatAMemberLeavesIsSharedOutAndNoOtherPartitionMoves() {
		Assignment before = Assignment.NONE.next(List.of("a", "b", "c"), 64);
		Assignment after = before.next(List.of("a", "c"), 64);
		assertThat(moved(before, after, 64)).isEqualTo(before.of("b").size());
		assertBalanced(after, Set.of("a", "c"), 64);
	}

	@Test
	void theSameMembersInAnyOrderGiveTheSame() {
		Assignment before = Assignment.NONE.next(List.of("a", "b", "c"), 10);
		assertThat(before.next(List.of("d", "b", "c"), 10)).isEqualTo(before.next(List.of("c", "d", "b"), 10));
		assertThat(before.isFor(List.of("c", "b", "a"), 10)).isTrue();
		assertThat(before.isFor(List.of("a", "b"), 10)).isFalse();
		assertThat(before.isFor(List.of("a", "b", "c"), 12)).isFalse();
	}

	@Test
	void anyHistoryIsBalancedAndMovesNoMoreThanItMust() {
		Random random = new Random(7);
		Assignment present = Assignment.NONE;
		Set<String> members = new TreeSet<>();
		for (int step = 0; step < 2_000; step++) {
			List<String> all = new ArrayList<>(IntStream.range(0, 9).mapToObj((i) -> "m" + i).toList());
			Collections.shuffle(all, random);
			Set<String> next = new TreeSet<>(all.subList(0, 1 + random.nextInt(9)));
			Assignment after = present.next(next, 23);
			assertBalanced(after, next, 23);
			assertThat(moved(present, after, 23)).isEqualTo(leastMoves(present, next, 23));
			assertThat(Assignment.decode(after.encode())).isEqualTo(after);
			present = after;
			members = next;
		}
		assertThat(present.shares().keySet()).isEqualTo(members);
	}

	@Test
	void whatIsNoAssignmentIsSaidToBeNone() {
		assertThat(Assignment.decode("")).isEqualTo(Assignment.NONE);
		assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> Assignment.decode("7 nonsense"))
			.withMessageContaining("7 nonsense");
	}

	private static void assertBalanced(Assignment assignment, Set<String> members, int partitions) {
		assertThat(assignment.shares().keySet()).isEqualTo(members);
		assertThat(assignment.shares().values().stream().flatMap(Set::stream)).doesNotHaveDuplicates()
			.hasSize(partitions);
		assertThat(assignment.shares().values()).allSatisfy((share) -> assertThat(share.size())
			.isBetween(partitions / members.size(), (partitions + members.size() - 1) / members.size()));
	}

	private static long moved(Assignment before, Assignment after, int partitions) {
		return partitions - before.shares()
			.keySet()
			.stream()
			.mapToLong((member) -> after.of(member).stream().filter(before.of(member)::contains).count())
			.sum();
	}

	/** All but what the largest shares, each cut to what balance allows, can keep. */
	private static long leastMoves(Assignment before, Set<String> members, int partitions) {
		List<Integer> largestFirst = members.stream()
			.map((member) -> before.of(member).size())
			.sorted(Collections.reverseOrder())
			.toList();
		long kept = 0;
		for (int i = 0; i < largestFirst.size(); i++) {
			int quota = partitions / members.size() + ((i < partitions % members.size()) ? 1 : 0);
			kept += Math.min(largestFirst.get(i), quota);
		}
		return partitions - kept;
	}

}
