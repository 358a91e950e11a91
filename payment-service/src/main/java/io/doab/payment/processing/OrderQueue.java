package io.doab.payment.processing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A charge that is being examined, and all that came for its order since, in that order:
 * state by order. There is none of an order without such a charge.
 *
 * <p>
 * Bounded, for all of it is written anew with each that comes: one charge, and up to
 * {@value #MAX_WAITING} payments behind it. The refunds that inventory asks for always
 * find room. Two of them in a row ask for the same, so that the second is left out.
 *
 * @param examined the charge
 * @param asked how often the rules were asked about it
 * @param waiting what came later, the first to be done first
 */
record OrderQueue(OrderTask examined, int asked, List<OrderTask> waiting) {

	static final int MAX_WAITING = 100;

	/** Begins with a charge about which the rules are asked for the first time. */
	static OrderQueue of(OrderTask charge, List<OrderTask> waiting) {
		return new OrderQueue(charge, 1, waiting);
	}

	/** The same, asked about once more. */
	OrderQueue askedAgain() {
		return new OrderQueue(this.examined, this.asked + 1, this.waiting);
	}

	/** With one more at its end, or empty when there is no room for it. */
	Optional<OrderQueue> with(OrderTask task) {
		if (task.payment() == null && !this.waiting.isEmpty() && this.waiting.getLast().payment() == null) {
			return Optional.of(this);
		}
		if (task.payment() != null && payments() >= MAX_WAITING) {
			return Optional.empty();
		}
		List<OrderTask> more = new ArrayList<>(this.waiting);
		more.add(task);
		return Optional.of(new OrderQueue(this.examined, this.asked, more));
	}

	private long payments() {
		return this.waiting.stream().filter((task) -> task.payment() != null).count();
	}

}
