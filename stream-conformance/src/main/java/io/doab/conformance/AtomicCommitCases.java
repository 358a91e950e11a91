package io.doab.conformance;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.conformance.member.MemberBehaviour.Work;
import io.doab.conformance.member.MemberProcess;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a commit is applied wholly or not at all, wherever its client ends.
 */
public interface AtomicCommitCases extends BackendCases {

	int KEYS = 12;

	@Test
	@Asserts(Guarantee.ATOMIC)
	default void aClientThatIsCutOffBeforeAnyOfItsRequestsCommitsWhollyOrNotAtAll() {
		MemberBehaviour behaviour = everything("cut");
		int rounds = 30;
		try (Application source = new Application(fixture(), Network.ONE);
				Application app = new Application(fixture(), Network.OTHER)) {
			source.declare(behaviour.in(), behaviour.out());
			app.start(behaviour.definition());
			BackendCases.eventually().until(() -> app.status(behaviour.group()).partitions().size() == 3);
			for (int round = 0; round < rounds; round++) {
				fixture().faults(Network.OTHER).beforeRequest(1 + round, fixture().faults(Network.OTHER)::cut);
				source.publish(behaviour.in(), round(round));
				int expected = (round + 1) * KEYS;
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(read(behaviour.second())).hasSizeGreaterThanOrEqualTo(expected));
			}
			assertWhole(behaviour, rounds);
		}
	}

	@Test
	@Asserts(Guarantee.ATOMIC)
	default void aMemberThatIsKilledBetweenTwoRequestsCommitsWhollyOrNotAtAll() {
		killBeforeRequests(3, 5);
	}

	@Test
	@Tag("soak")
	default void aMemberThatIsKilledBetweenAnyTwoRequestsCommitsWhollyOrNotAtAll() {
		killBeforeRequests(IntStream.rangeClosed(1, 60).toArray());
	}

	/**
	 * Where one member survives each time and takes over from the next that is killed.
	 */
	private void killBeforeRequests(int... requests) {
		MemberBehaviour behaviour = everything("killed");
		try (Application source = new Application(fixture(), Network.ONE);
				Application survivor = new Application(fixture(), Network.ONE)) {
			source.declare(behaviour.in(), behaviour.out());
			survivor.start(behaviour.named("survivor").definition());
			for (int round = 0; round < requests.length; round++) {
				try (MemberProcess killed = MemberProcess.start(fixture(), Network.OTHER, behaviour)) {
					BackendCases.eventually()
						.until(() -> Set.of(1, 2).contains(survivor.status(behaviour.group()).partitions().size()));
					fixture().faults(Network.OTHER).beforeRequest(requests[round], killed::kill);
					source.publish(behaviour.in(), round(round));
					BackendCases.eventually().until(() -> !killed.isAlive());
				}
				int expected = (round + 1) * KEYS;
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(read(behaviour.second())).hasSizeGreaterThanOrEqualTo(expected));
			}
			assertWhole(behaviour, requests.length);
		}
	}

	private MemberBehaviour everything(String group) {
		return MemberBehaviour.of("member", unique(group), unique("in"), unique("out")).doing(Work.EVERYTHING);
	}

	private static List<io.doab.stream.Event<Item>> round(int round) {
		return IntStream.range(0, KEYS).mapToObj((i) -> Item.event("key" + i, round)).toList();
	}

	/**
	 * The outputs say what the state was: one that was stored without the other, or
	 * twice, or not, leaves a gap or a repetition in their numbers.
	 */
	private void assertWhole(MemberBehaviour behaviour, int rounds) {
		assertEachOnceInOrder(behaviour.out(), rounds * KEYS, KEYS);
		assertEachOnceInOrder(behaviour.second(), rounds * KEYS, KEYS);
		assertEachOnceInOrder(behaviour.fired(), KEYS, KEYS);
		BackendCases.eventually().untilAsserted(() -> {
			for (int partition = 0; partition < 3; partition++) {
				assertThat(fixture().lag(behaviour.group(), behaviour.in(), partition)).isZero();
			}
		});
	}

}
