package io.doab.local;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of who owns the partitions of a group, from what instances answered one
 * time after the other.
 */
class GroupOwnershipTests {

	private static final String SERVICE = "payment-service";

	private final GroupOwnership ownership = new GroupOwnership(SERVICE, SERVICE);

	private static InstanceAnswer first(Integer... partitions) {
		return owning(SERVICE, partitions);
	}

	private static InstanceAnswer second(Integer... partitions) {
		return owning(SERVICE + "-2", partitions);
	}

	private static InstanceAnswer third(Integer... partitions) {
		return owning(SERVICE + "-3", partitions);
	}

	private static InstanceAnswer owning(String instance, Integer... partitions) {
		return new InstanceAnswer(instance, InstanceAnswer.Kind.ANSWERED,
				Map.of(SERVICE, new GroupShare(3, Set.copyOf(Arrays.asList(partitions)))));
	}

	private static InstanceAnswer gone(String instance) {
		return InstanceAnswer.absent(instance);
	}

	private void seen(InstanceAnswer... answers) {
		this.ownership.accept(List.of(answers));
	}

	@Test
	void eachInstanceIsToldWithWhatItOwns() {
		seen(first(2, 0), second(1), third());
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | 1 | -");
		assertThat(this.ownership.moves()).isZero();
	}

	@Test
	void aGroupThatIsNotCalledAsItsServiceIsNamed() {
		GroupOwnership database = new GroupOwnership("destinations-service", "destination-database");
		Map<String, GroupShare> half = Map.of("destination-database", new GroupShare(2, Set.of(0)));
		Map<String, GroupShare> otherHalf = Map.of("destination-database", new GroupShare(2, Set.of(1)));
		database.accept(List.of(new InstanceAnswer("destinations-service", InstanceAnswer.Kind.ANSWERED, half),
				new InstanceAnswer("destinations-service-2", InstanceAnswer.Kind.ANSWERED, otherHalf)));
		assertThat(database.tell()).containsExactly("destinations-service destination-database 0 | 1");
		database.accept(List.of(gone("destinations-service"), new InstanceAnswer("destinations-service-2",
				InstanceAnswer.Kind.ANSWERED, Map.of("destination-database", new GroupShare(2, Set.of(0, 1))))));
		assertThat(database.tell()).containsExactly("destinations-service destination-database - | 0,1",
				"destinations-service-2 took over destination-database 0");
	}

	@Test
	void whatNobodyOwnsIsTold() {
		seen(first(0), gone(SERVICE + "-2"), third());
		assertThat(this.ownership.tell()).containsExactly("payment-service 0 | - | - (nobody: 1,2)");
		seen(gone(SERVICE), gone(SERVICE + "-2"), gone(SERVICE + "-3"));
		assertThat(this.ownership.tell()).containsExactly("payment-service - | - | - (nobody: 0-2)");
	}

	@Test
	void aTakeOverIsToldOnce() {
		seen(first(0, 2), second(1));
		this.ownership.tell();
		seen(first(0, 2), gone(SERVICE + "-2"));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | - (nobody: 1)");
		seen(first(0, 1, 2), gone(SERVICE + "-2"));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0-2 | -", "payment-service took over 1");
		assertThat(this.ownership.tell()).containsExactly("payment-service 0-2 | -");
	}

	@Test
	void whatMovedAndCameBackBetweenTwoLinesIsTold() {
		seen(first(0), second(1, 2));
		this.ownership.tell();
		seen(first(0, 1), second(2));
		seen(first(0), second(1, 2));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0 | 1,2", "payment-service took over 1",
				"payment-service-2 took over 1");
		assertThat(this.ownership.moves()).isEqualTo(2);
	}

	@Test
	void anOwnerThatDiedAndHasItAgainIsToldToo() {
		seen(first(0, 2), second(1));
		seen(first(0, 2), gone(SERVICE + "-2"));
		seen(first(0, 2), second(1));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | 1",
				"payment-service-2 took over 1 again");
	}

	@Test
	void whatItsOwnerLetGoOfForAMomentDidNotMove() {
		seen(first(0, 2), second(1));
		seen(first(), second(1));
		seen(first(0, 2), second(1));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | 1");
		assertThat(this.ownership.moves()).isZero();
	}

	@Test
	void theFirstOwnerTookItFromNobody() {
		seen(gone(SERVICE), second());
		seen(first(), second());
		seen(first(0, 1), second(2));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,1 | 2");
	}

	@Test
	void aSilentInstanceIsToldAsSuchAndHasMovedNothing() {
		seen(first(0, 2), second(1));
		this.ownership.tell();
		seen(first(0, 2), InstanceAnswer.silent(SERVICE + "-2"));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | ? (not known: 1)");
		seen(first(0, 2), second(1));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0,2 | 1");
	}

	@Test
	void whatASilentInstanceOwnedCanBeTakenOver() {
		seen(first(0, 2), second(1));
		seen(first(0, 1, 2), InstanceAnswer.silent(SERVICE + "-2"));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0-2 | ?", "payment-service took over 1");
		// It wakes up and does not know yet.
		seen(first(0, 1, 2), second(1));
		assertThat(this.ownership.tell()).containsExactly("payment-service 0-2 | 1");
		seen(first(0, 1, 2), second());
		assertThat(this.ownership.tell()).containsExactly("payment-service 0-2 | -");
		assertThat(this.ownership.moves()).isEqualTo(1);
	}

	@Test
	void manyPartitionsMakeNoLongText() {
		assertThat(PartitionText.of(Set.of(), 64)).isEqualTo("-");
		assertThat(PartitionText.of(Set.of(0, 1, 2, 3, 9, 11, 12), 64)).isEqualTo("0-3,9,11,12");
		assertThat(PartitionText.of(Set.of(0, 2, 4, 6, 8, 10, 12, 14), 64)).isEqualTo("8 of 64");
	}

}
