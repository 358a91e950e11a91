package io.doab.conformance;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds while members come and go under load.
 */
public interface RebalanceCases extends BackendCases {

	/** How often a member comes and goes. */
	int ROUNDS = 5;

	@Test
	default void membersThatComeAndGoInGoodOrderCauseNoRedelivery() {
		BackendCases.undisturbed(this::comeAndGo);
	}

	private int comeAndGo() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("come-and-go");
		List<String> handled = new CopyOnWriteArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			handled.add(event.id());
			context.emit(out, "copied", event.data());
		}).output(out).build();
		try (Application stays = new Application(fixture())) {
			stays.start(definition);
			CompletableFuture<Void> publishing = stays.publishSlowly(in, 6_000, 30);
			int lost = 0;
			for (int round = 0; round < ROUNDS; round++) {
				lost += comesAndGoes(definition);
			}
			publishing.join();
			assertEachOnceInOrder(out, 6_000, 30);
			lost += stays.lost();
			if (lost == 0) {
				assertThat(handled).doesNotHaveDuplicates();
			}
			return lost;
		}
	}

	/** Returns how many partitions it lost. */
	private int comesAndGoes(ProcessorDefinition definition) {
		Application guest = new Application(fixture());
		try (guest) {
			guest.start(definition);
			BackendCases.eventually().until(() -> !guest.status(definition.name()).partitions().isEmpty());
		}
		return guest.lost();
	}

	/**
	 * Two inputs share the state of a key: whoever handles an event of one has seen all
	 * that was done with the other.
	 */
	@Test
	default void aJoinHoldsWhileMembersComeGoAndAreCutOff() {
		String left = unique("left");
		String right = unique("right");
		String out = unique("out");
		String group = unique("join");
		List<String> wrong = new CopyOnWriteArrayList<>();
		try (Application source = new Application(fixture());
				Application cutOff = new Application(fixture(), Network.OTHER);
				Application stays = new Application(fixture())) {
			source.declare(left, right);
			ProcessorDefinition definition = pairing(group, left, right, out, wrong);
			cutOff.start(definition);
			BackendCases.eventually().until(() -> cutOff.status(group).partitions().size() == 3);
			stays.start(definition);
			CompletableFuture<Void> publishing = CompletableFuture.allOf(source.publishSlowly(left, 3_000, 30),
					source.publishSlowly(right, 3_000, 30));
			var _ = comesAndGoes(definition);
			fixture().faults(Network.OTHER).refuse();
			comesAndGoes(definition);
			BackendCases.eventually().until(() -> stays.status(group).partitions().size() == 3);
			fixture().faults(Network.OTHER).restore();
			comesAndGoes(definition);
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 30);
			assertThat(wrong).isEmpty();
		}
	}

	/**
	 * Emits the n-th pair of a key once both n-th events are there.
	 * @param wrong what was not as it must be
	 */
	private static ProcessorDefinition pairing(String group, String left, String right, String out,
			List<String> wrong) {
		return ProcessorDefinition.named(group).state("sides", Sides.class).on(left, Item.class, (event, context) -> {
			Sides before = sides(context);
			pair(event, context, before, new Sides(before.left() + 1, before.right()), out);
			expect(wrong, event, before.left());
		}).on(right, Item.class, (event, context) -> {
			Sides before = sides(context);
			pair(event, context, before, new Sides(before.left(), before.right() + 1), out);
			expect(wrong, event, before.right());
		}).output(out).build();
	}

	private static Sides sides(ProcessingContext context) {
		return context.state("sides", Sides.class).get().orElse(new Sides(0, 0));
	}

	private static void pair(Event<Item> event, ProcessingContext context, Sides before, Sides after, String out) {
		context.state("sides", Sides.class).put(after);
		if (after.pairs() > before.pairs()) {
			context.emit(out, "paired", new Item(event.data().key(), before.pairs()));
		}
	}

	private static void expect(List<String> wrong, Event<Item> event, int number) {
		if (event.data().number() != number) {
			wrong.add(event.id() + " instead of " + number);
		}
	}

	/** How many events of a key came on either side. */
	record Sides(int left, int right) {

		int pairs() {
			return Math.min(this.left, this.right);
		}

	}

}
