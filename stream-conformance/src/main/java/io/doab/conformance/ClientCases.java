package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.Published;
import io.doab.stream.RetryPolicy;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What applications do to a backend: use much of it at once, end in the middle, fail now
 * and then.
 */
public interface ClientCases extends BackendCases {

	@Test
	default void manyProcessorsOfManyStreamsSeeTheirOwnEventsAlone() {
		List<String> ins = IntStream.range(0, 12).mapToObj((i) -> unique("in")).toList();
		List<String> outs = ins.stream().map((in) -> unique("out")).toList();
		try (Application app = new Application(fixture())) {
			List<ProcessorDefinition> processors = new ArrayList<>();
			List<CompletableFuture<Void>> publishing = new ArrayList<>();
			for (int i = 0; i < ins.size(); i++) {
				processors.add(ProcessingCases.copy(unique("copy"), ins.get(i), outs.get(i)).build());
				String in = ins.get(i);
				int count = 30 * (i + 1);
				publishing.add(BackendCases.inBackground(() -> app.publish(in, Item.events(count, 10))));
			}
			app.start(processors.toArray(ProcessorDefinition[]::new));
			publishing.forEach(CompletableFuture::join);
			for (int i = 0; i < outs.size(); i++) {
				assertEachOnceInOrder(outs.get(i), 30 * (i + 1), 10);
			}
		}
	}

	@Test
	default void whatAPublisherThatIsClosedSaidToBeStoredIs() {
		String in = unique("in");
		List<CompletableFuture<Published>> answers = new ArrayList<>();
		Faults faults = fixture().faults(Network.OTHER);
		List<Event<Item>> events = Item.events(2_000, 10);
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.publish(in, events.subList(0, 500));
			faults.beforeRequest(3, faults::refuse);
			events.subList(500, 2_000).forEach((event) -> answers.add(app.publisher().publish(in, event)));
		}
		finally {
			faults.restore();
		}
		List<CompletableFuture<Published>> stored = answers.stream()
			.filter((answer) -> answer.handle((published, failure) -> failure == null)
				.completeOnTimeout(false, 20, TimeUnit.SECONDS)
				.join())
			.toList();
		assertThat(stored).hasSizeLessThan(1_500);
		assertThat(answers).as("answered").allMatch(CompletableFuture::isDone);
		assertThat(BackendCases.ids(read(in))).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(500 + stored.size());
	}

	@Test
	default void eventsArePublishedFromWhereEarlierOnesAreAnswered() {
		List<String> streams = IntStream.range(0, 8).mapToObj((i) -> unique("chained" + i)).toList();
		try (Application app = new Application(fixture())) {
			CompletableFuture<?> chain = CompletableFuture.completedFuture(null);
			for (String stream : streams) {
				chain = chain.thenCompose((published) -> {
					// In order, though they wait for the stream to be declared.
					CompletableFuture<?> first = app.publisher().publish(stream, Item.event("key", 0));
					return first.thenCombine(app.publisher().publish(stream, Item.event("key", 1)), (a, b) -> b);
				});
			}
			assertThat(chain).succeedsWithin(Duration.ofSeconds(30));
			for (String stream : streams) {
				assertThat(items(stream)).extracting(Item::number).containsExactly(0, 1);
			}
		}
	}

	/** A loop of one thread is not held up by each event for as long as a time-out. */
	@Test
	default void publishingFailsAtOnceWhileTheServerIsAway() {
		String in = unique("in");
		Faults faults = fixture().faults(Network.OTHER);
		int slow = 0;
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.publish(in, Item.events(10, 1));
			faults.refuse();
			for (int i = 0; i < 300 && slow < 5; i++) {
				long began = System.nanoTime();
				var _ = app.publisher().publish(in, Item.event("key", i));
				slow += (System.nanoTime() - began > 1_000_000_000L) ? 1 : 0;
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
			}
		}
		finally {
			faults.restore();
		}
		assertThat(slow).as("publications that waited for a second").isLessThan(5);
	}

	@Test
	default void membersThatCloseAtOnceLeaveEverythingToTheNext() {
		String in = unique("in");
		String out = unique("out");
		ProcessorDefinition definition = ProcessingCases.copy(unique("closing"), in, out).build();
		AtomicBoolean enough = new AtomicBoolean();
		try (Application source = new Application(fixture())) {
			List<Application> members = IntStream.range(0, 3)
				.mapToObj((i) -> new Application(fixture()).start(definition))
				.toList();
			CompletableFuture<Integer> publishing = source.publishUntil(enough::get, in, 15);
			BackendCases.eventually().until(() -> read(out).size() > 100);
			CompletableFuture<?>[] closing = members.stream()
				.flatMap((member) -> Stream.of(member, member))
				.map((member) -> BackendCases.inBackground(member::close))
				.toArray(CompletableFuture[]::new);
			CompletableFuture.allOf(closing).join();
			try (Application next = new Application(fixture())) {
				next.start(definition);
				enough.set(true);
				assertEachOnceInOrder(out, publishing.join(), 15);
			}
		}
	}

	@Test
	default void whatIsClosedTwiceAtOnceIsClosed() {
		for (int i = 0; i < 5; i++) {
			Application app = new Application(fixture());
			app.publish(unique("in"), Item.events(10, 2));
			CompletableFuture<?>[] closing = Stream.of(app, app, app)
				.map((each) -> BackendCases.inBackground(each::close))
				.toArray(CompletableFuture[]::new);
			assertThat(CompletableFuture.allOf(closing)).succeedsWithin(Duration.ofSeconds(20));
		}
	}

	@Test
	default void aHandlerThatFailsTheFirstTwoAndEveryFifthSeesThemAllInOrder() {
		String in = unique("in");
		String out = unique("out");
		AtomicInteger calls = new AtomicInteger();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(200, 4));
			app.start(ProcessorDefinition.named(unique("fails")).on(in, Item.class, (event, context) -> {
				int call = calls.incrementAndGet();
				if (call <= 2 || call % 5 == 0) {
					throw new IllegalStateException("call " + call);
				}
				context.emit(out, "copied", event.data());
			})
				.output(out)
				.onFailure(
						FailureHandler.retrying(new RetryPolicy(20, Duration.ofMillis(5), 1, Duration.ofMillis(5), 0)))
				.build());
			assertEachOnceInOrder(out, 200, 4);
			assertThat(calls.get()).isGreaterThanOrEqualTo(240);
		}
	}

}
