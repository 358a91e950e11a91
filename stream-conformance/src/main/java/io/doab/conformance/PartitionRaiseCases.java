package io.doab.conformance;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartitions;
import io.doab.stream.engine.PartitionRaise;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Repartitioning;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A raise of partitions that is refused, fails, or is interrupted: what it leaves behind.
 */
public interface PartitionRaiseCases extends BackendCases {

	@Test
	default void aRaiseThatHasBegunKeepsItsStreamsClosedUntilItEnds() {
		String in = unique("begun");
		String other = unique("beside");
		ProcessorDefinition both = ProcessingCases.copy(unique("both"), in, unique("out"))
			.on(other, Item.class, (event, context) -> {
			})
			.build();
		try (StreamBackend backend = fixture().newBackend(Network.ONE)) {
			StreamPartitions partitions = new PartitionRaise(backend, PartitionCases.QUIET);
			try (Application app = new Application(fixture())) {
				app.start(both);
				app.publish(in, Item.events(10, 10));
				BackendCases.eventually().until(() -> app.lag(both).values().stream().allMatch((lag) -> lag == 0));
			}
			List<String> streams = List.of(in, other);
			backend.repartitioning().close(streams, 6);
			backend.repartitioning().begin(streams);
			// Here the first try was killed; the second forgets a stream.
			BackendCases.eventually()
				.untilAsserted(() -> assertThatIllegalStateException()
					.isThrownBy(() -> partitions.raise(List.of(in), 6, false))
					.withMessageContaining("also reads")
					.withMessageNotContaining("members")
					.withMessageContaining("stay closed"));
			try (Application early = new Application(fixture())) {
				assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> early.declare(in))
					.withMessageContaining("is being raised");
			}
			partitions.raise(streams, 6, false);
			try (Application raised = new Application(fixture(), Network.ONE, 6)) {
				raised.declare(in, other);
			}
		}
	}

	@Test
	default void whatIsInTheWayOfARaiseIsNamedAndNothingIsChanged() {
		String in = unique("waiting");
		String other = unique("beside");
		String group = unique("behind");
		ProcessorDefinition processor = ProcessingCases.copy(group, in, unique("out"))
			.on(other, Item.class, (event, context) -> {
			})
			.deduplicate(Duration.ofHours(1))
			.build();
		try (StreamBackend backend = fixture().newBackend(Network.ONE);
				Application source = new Application(fixture())) {
			StreamPartitions partitions = new PartitionRaise(backend, PartitionCases.QUIET);
			try (Application app = new Application(fixture())) {
				app.start(processor);
				source.publish(in, Item.events(20, 10));
				source.publishUntilAccepted(in, Item.event("marked", 0));
				BackendCases.eventually()
					.until(() -> IntStream.range(0, 3)
						.allMatch((partition) -> fixture().lag(group, in, partition) == 0));
			}
			source.publish(in, Item.events(20, 10));
			BackendCases.eventually()
				.untilAsserted(() -> assertThatIllegalStateException()
					.isThrownBy(() -> partitions.raise(List.of(in), 6, false))
					.withMessageContaining("group " + group + " has not done all of " + in)
					.withMessageContaining("also reads [" + other + "]")
					.withMessageContaining("remembers 1 ids")
					.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("has members")));
			assertThat(backend.repartitioning().partitions(List.of(in))).containsEntry(in, 3);
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> partitions.raise(List.of(in), 2, false))
				.withMessageContaining("not lowered");
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> partitions.raise(List.of("absent"), 6, false))
				.withMessageContaining("no stream 'absent'");
			String busy = unique("busy");
			source.declare(busy);
			AtomicBoolean enough = new AtomicBoolean();
			CompletableFuture<Void> publishing = BackendCases.inBackground(() -> {
				for (int number = 0; !enough.get(); number++) {
					publishUnlessClosed(source, busy, number);
					LockSupport.parkNanos(10_000_000);
				}
			});
			// Whoever looks may be woken at any time, and has to look for all of it.
			Thread looking = Thread.currentThread();
			Thread.ofVirtual().start(() -> {
				while (!enough.get()) {
					LockSupport.unpark(looking);
					LockSupport.parkNanos(1_000_000);
				}
			});
			try {
				BackendCases.eventually().until(() -> !read(busy).isEmpty());
				// As long as it looks by default: a publisher on a busy machine may
				// pause.
				assertThatIllegalStateException()
					.isThrownBy(() -> new PartitionRaise(backend).raise(List.of(busy), 6, false))
					.withMessageContaining("got events within");
				assertThat(publishing).isNotDone();
			}
			finally {
				enough.set(true);
			}
			publishing.join();
			// It goes on as if nothing had been.
			try (Application app = new Application(fixture())) {
				app.start(processor);
				BackendCases.eventually()
					.until(() -> IntStream.range(0, 3)
						.allMatch((partition) -> fixture().lag(group, in, partition) == 0));
			}
			BackendCases.eventually()
				.untilAsserted(() -> assertThatCode(() -> partitions.raise(List.of(in, other), 6, true))
					.doesNotThrowAnyException());
		}
	}

	@Test
	default void aRaiseThatIsRefusedForItsMembersClosesNothing() {
		String in = unique("attended");
		String out = unique("out");
		try (Application app = new Application(fixture()); StreamBackend backend = fixture().newBackend(Network.ONE)) {
			app.start(ProcessingCases.copy(unique("attending"), in, out).build());
			app.publish(in, Item.events(10, 10));
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(10));
			List<String> steps = new ArrayList<>();
			assertThatIllegalStateException()
				.isThrownBy(() -> new PartitionRaise(watched(backend, steps::add), PartitionCases.QUIET)
					.raise(List.of(in), 6, false))
				.withMessageContaining("has members");
			assertThat(steps).contains("obstacles").doesNotContain("close", "begin");
		}
	}

	@Test
	default void aRaiseThatCannotLookAnyMoreOpensWhatItClosed() {
		assertThat(interruptedWhileItOpensAgain(() -> {
			throw new RetriableException("the backend is away", null);
		})).isFalse();
	}

	@Test
	default void aRaiseThatIsInterruptedWhileItLooksOpensWhatItClosed() {
		assertThat(interruptedWhileItOpensAgain(Thread.currentThread()::interrupt)).isTrue();
	}

	/**
	 * Has a raise fail once it has closed its stream. Returns whether the thread was
	 * interrupted then.
	 */
	private boolean interruptedWhileItOpensAgain(Runnable failure) {
		String in = unique("unseen");
		List<String> steps = new ArrayList<>();
		boolean interrupted;
		try (Application app = new Application(fixture()); StreamBackend backend = fixture().newBackend(Network.ONE)) {
			app.declare(in);
			StreamBackend failing = watched(backend, (step) -> {
				steps.add(step);
				if (step.equals("ends")) {
					failure.run();
				}
			});
			assertThatExceptionOfType(RetriableException.class)
				.isThrownBy(() -> new PartitionRaise(failing, PartitionCases.QUIET).raise(List.of(in), 6, false));
			interrupted = Thread.interrupted();
		}
		assertThat(steps).contains("close").doesNotContain("begin");
		try (Application next = new Application(fixture())) {
			next.declare(in);
		}
		return interrupted;
	}

	@Test
	default void aRaiseLeavesClosedWhatOneToAnotherNumberClosed() {
		String in = unique("taken");
		String other = unique("free");
		try (Application app = new Application(fixture()); StreamBackend backend = fixture().newBackend(Network.ONE)) {
			app.declare(in, other);
			backend.repartitioning().close(List.of(in), 8);
			assertThatIllegalStateException()
				.isThrownBy(() -> new PartitionRaise(backend, PartitionCases.QUIET).raise(List.of(other, in), 6, false))
				.withMessageContaining("was being raised to 8");
			assertThat(backend.repartitioning().isClosed(List.of(in))).isTrue();
			assertThat(backend.repartitioning().isClosed(List.of(other))).isFalse();
		}
	}

	/** With steps whose names are told before each is taken. */
	private static StreamBackend watched(StreamBackend backend, Consumer<String> steps) {
		Repartitioning watched = proxy(Repartitioning.class, backend.repartitioning(), (step) -> {
			steps.accept(step);
			return null;
		});
		return proxy(StreamBackend.class, backend, (method) -> method.equals("repartitioning") ? watched : null);
	}

	/**
	 * What is asked for by a name for which there is no answer is asked of the target.
	 */
	private static <T> T proxy(Class<T> type, T target, Function<String, @Nullable Object> answers) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				Object answer = answers.apply(method.getName());
				try {
					return (answer != null) ? answer : method.invoke(target, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

	/**
	 * A publisher looks now and then, and may do so while it is not yet known that it
	 * publishes.
	 */
	private static void publishUnlessClosed(Application source, String stream, int number) {
		try {
			source.publishUntilAccepted(stream, Item.event("key" + number % 2, number));
		}
		catch (CompletionException ex) {
			assertThat(ex).hasMessageContaining("is being raised");
		}
	}

	@Test
	default void aRaiseThatIsInterruptedIsCompletedByTheNextOne() {
		String in = unique("broken");
		String out = unique("counts");
		ProcessorDefinition processor = PartitionCases.counting(unique("counting"), in, out,
				Instant.now().plusSeconds(3_600));
		try (Application app = new Application(fixture())) {
			app.start(processor);
			app.publish(in, Item.events(60, 30));
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(60));
		}
		assertThat(raiseCutOff(in, "obstacles", 5)).isFalse();
		int begun = 0;
		try (StreamBackend backend = fixture().newBackend(Network.ONE)) {
			for (int request = 2; !raiseCutOff(in, "raise", request); request *= 4) {
				begun += backend.repartitioning().hasBegun(List.of(in)) ? 1 : 0;
			}
		}
		assertThat(begun).isPositive();
		try (Application app = new Application(fixture(), Network.ONE,
				List.of(StreamDefinition.of(in).withPartitions(8)))) {
			app.start(processor);
			app.publish(in, IntStream.range(0, 30).mapToObj((i) -> Item.event("key" + i, 2)).toList());
			assertEachOnceInOrder(out, 90, 30);
		}
	}

	/** Whether it was done before its way to the server was cut off. */
	private boolean raiseCutOff(String stream, String step, int requests) {
		Faults faults = fixture().faults(Network.OTHER);
		try (StreamBackend backend = fixture().newBackend(Network.OTHER)) {
			AtomicBoolean first = new AtomicBoolean(true);
			new PartitionRaise(watched(backend, (each) -> {
				if (each.equals(step) && first.getAndSet(false)) {
					faults.beforeRequest(requests, faults::refuse);
				}
			}), PartitionCases.QUIET).raise(List.of(stream), 8, false);
			return true;
		}
		catch (RetriableException | IllegalStateException ex) {
			return false;
		}
		finally {
			faults.restore();
		}
	}

}
