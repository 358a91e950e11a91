package io.doab.inventory.reservation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The requests of an order that wait for its payment, in the order in which they came:
 * state by order.
 */
record WaitingRequests(List<Waiting> requests) {

	static final WaitingRequests NONE = new WaitingRequests(List.of());

	/**
	 * A request that waits.
	 *
	 * @param eventId the id of the event that brought it
	 * @param deadline when it has waited long enough
	 */
	record Waiting(String eventId, InventoryInstruction instruction, Instant deadline, @Nullable String traceParent) {
	}

	WaitingRequests with(Waiting request) {
		List<Waiting> more = new ArrayList<>(this.requests);
		more.add(request);
		return new WaitingRequests(more);
	}

	WaitingRequests without(List<Waiting> answered) {
		return new WaitingRequests(this.requests.stream().filter((request) -> !answered.contains(request)).toList());
	}

	boolean isEmpty() {
		return this.requests.isEmpty();
	}

	Optional<Instant> firstDeadline() {
		return this.requests.stream().map(Waiting::deadline).min(Instant::compareTo);
	}

}
