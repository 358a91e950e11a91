package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.conformance.member.MemberBehaviour.Work;
import io.doab.conformance.member.MemberProcess;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a commit is applied wholly or not at all, wherever its client ends, and stores
 * what it was given.
 */
public interface AtomicCommitCases extends BackendCases {

	int KEYS = 12;

	/** Of all that are compared. */
	String TIME = "2026-11-29T12:00:00Z";

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
		finally {
			fixture().faults(Network.OTHER).restore();
		}
	}

	/** A backend may send once what they have in common. */
	@Test
	default void eventsOfOneCommitAreStoredAsTheyAreHoweverDifferent() {
		String in = unique("in");
		String out = unique("out");
		List<WireEvent> events = List.of(event("a", "id", "1", "type", "one", "time", TIME),
				event("a", "id", "2", "type", "one", "time", TIME), event("b", "id", "3", "type", "two", "time", TIME),
				event("a", "type", "4", "id", "one", "time", TIME), event("a", "id", "5", "kind", "one", "time", TIME),
				event("", "id", "6", "type", "", "time", TIME), event(null, "id", "7", "time", TIME),
				event("a", "time", TIME), event("a"), event(null),
				event("a", "id", "8", "type", "one", "more", "ä", "time", TIME),
				event("a", "id", "1", "type", "one", "time", TIME));
		try (Application app = new Application(fixture())) {
			app.declare(in, out);
			GroupSpec group = new GroupSpec(unique("shapes"), List.of(in), 3, Set.of(), false, StartAt.EARLIEST, 100);
			try (OwnershipCases.Member member = new OwnershipCases.Member(app, group)) {
				member.pollUntilOwning(3);
				PartitionOwnership owner = member.owning(1);
				List<Append> appends = new ArrayList<>();
				for (WireEvent event : events) {
					appends.add(new Append(new StreamPartition(out, 1), event));
					appends.add(new Append(new StreamPartition(out, 2), event));
				}
				assertThat(owner.commit(new AtomicCommit(owner.checkpoints(), appends, List.of(), List.of())))
					.succeedsWithin(Duration.ofSeconds(10));
				List<String> sent = events.stream().map(AtomicCommitCases::content).toList();
				for (int partition = 1; partition <= 2; partition++) {
					int target = partition;
					BackendCases.eventually()
						.untilAsserted(() -> assertThat(fixture().read(out, target))
							.extracting((stored) -> content(stored.event()))
							.containsExactlyElementsOf(sent));
				}
			}
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
		finally {
			fixture().faults(Network.OTHER).restore();
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

	/** With its id, or nothing, for payload. */
	private static WireEvent event(@Nullable String key, String... attributes) {
		Map<String, String> all = new LinkedHashMap<>();
		for (int i = 0; i < attributes.length; i += 2) {
			all.put(attributes[i], attributes[i + 1]);
		}
		return new WireEvent(all, key, all.getOrDefault("id", "").getBytes(UTF_8));
	}

	private static String content(WireEvent event) {
		return new TreeMap<>(event.attributes()) + " of " + event.key() + ": " + new String(event.data(), UTF_8);
	}

}
