package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Event;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.RetriableException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds while connections and servers break.
 */
public interface FaultCases extends BackendCases {

	@Test
	default void aConnectionThatIsCutAgainAndAgainNeitherLosesNorDoubles() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture(), Network.OTHER);
				Application source = new Application(fixture(), Network.ONE)) {
			app.start(ProcessingCases.copy(unique("copy"), in, out).deduplicate(Duration.ofHours(1)).build());
			CompletableFuture<Void> publishing = source.publishSlowly(in, 5_000, 50);
			while (!publishing.isDone()) {
				BackendCases.eventually().pollDelay(Duration.ofMillis(150)).until(() -> true);
				fixture().faults(Network.OTHER).cut();
			}
			publishing.join();
			assertEachOnceInOrder(out, 5_000, 50);
		}
	}

	@Test
	default void aReplyThatIsLostDoesNotApplyACommitTwice() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture(), Network.OTHER);
				Application source = new Application(fixture(), Network.ONE)) {
			app.start(ProcessingCases.copy(group, in, out).build());
			BackendCases.eventually().until(() -> app.status(group).partitions().size() == 3);
			for (int round = 0; round < 3; round++) {
				List<Event<Item>> events = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					events.add(Item.event("key" + i, round));
				}
				CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> source.publish(in, events));
				int expected = 100 * round + 1;
				BackendCases.eventually().pollInterval(Duration.ofMillis(5)).until(() -> read(out).size() >= expected);
				fixture().faults(Network.OTHER).swallowReplies();
				BackendCases.eventually().pollDelay(Duration.ofMillis(300)).until(() -> true);
				fixture().faults(Network.OTHER).restore();
				publishing.join();
				int all = 100 * (round + 1);
				BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSizeGreaterThanOrEqualTo(all));
			}
			assertEachOnceInOrder(out, 300, 100);
		}
	}

	@Test
	default void aServerThatIsKilledAndComesBackLosesNothingAccepted() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture()); Application source = new Application(fixture())) {
			app.start(ProcessingCases.copy(group, in, out).deduplicate(Duration.ofHours(1)).build());
			CompletableFuture<Void> publishing = source.publishSlowly(in, 3_000, 30);
			BackendCases.eventually().until(() -> !read(out).isEmpty());
			fixture().restartServer();
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 30);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.RUNNING));
		}
	}

	@Test
	default void aBackendThatIsAwayIsSaidToBeAndComesBack() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.start(ProcessingCases.copy(group, in, out).build());
			BackendCases.eventually().until(() -> app.status(group).state() == ProcessorStatus.State.RUNNING);
			fixture().faults(Network.OTHER).refuse();
			try {
				assertThat(app.publisher().publish(in, Item.event("key", 0))).failsWithin(Duration.ofSeconds(30))
					.withThrowableThat()
					.withCauseInstanceOf(RetriableException.class);
				assertThat(app.backend().status().up()).isFalse();
			}
			finally {
				fixture().faults(Network.OTHER).restore();
			}
			app.publishSlowly(in, 100, 10).join();
			assertEachOnceInOrder(out, 100, 10);
			assertThat(app.backend().status().up()).isTrue();
		}
	}

}
