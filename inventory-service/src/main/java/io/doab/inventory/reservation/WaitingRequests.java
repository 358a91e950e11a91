package io.doab.inventory.reservation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The requests of an order that wait for its payment, in the order in which they came:
 * state by order. Bounded, for all of it is written anew with each request: one request
 * always finds room, more of them until they are {@value #MAX_REQUESTS} or their lines
 * {@value #MAX_LINE_BYTES} bytes.
 */
record WaitingRequests(List<Waiting> requests) {

	static final WaitingRequests NONE = new WaitingRequests(List.of());

	static final int MAX_REQUESTS = 100;

	static final int MAX_LINE_BYTES = 256 * 1024;

	/** What a line takes beside its SKU, about. */
	private static final int LINE_BYTES = 24;

	/**
	 * A request that waits.
	 *
	 * @param eventId the id of the event that brought it
	 * @param deadline when it has waited long enough
	 */
	record Waiting(String eventId, InventoryInstruction instruction, Instant deadline, @Nullable String traceParent) {

		boolean reserves() {
			return this.instruction.type() == InventoryType.RESERVE;
		}

		boolean late(Instant now) {
			return !this.deadline.isAfter(now);
		}

		private long lineBytes() {
			return this.instruction.lines()
				.stream()
				.mapToLong((line) -> LINE_BYTES + line.sku().getBytes(StandardCharsets.UTF_8).length)
				.sum();
		}

	}

	boolean hasRoomFor(Waiting request) {
		long lineBytes = this.requests.stream().mapToLong(Waiting::lineBytes).sum() + request.lineBytes();
		return isEmpty() || (this.requests.size() < MAX_REQUESTS && lineBytes <= MAX_LINE_BYTES);
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
