package io.doab.benchmarks.jmh;

import java.util.List;
import java.util.stream.IntStream;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Orders;
import io.doab.stream.spi.WireEvent;

/**
 * Orders as events, as the inner pieces are given them.
 */
public final class OrderEvents {

	private OrderEvents() {
	}

	/** The first of them, of so many keys in turn. */
	public static List<WireEvent> of(int count, int keys) {
		Orders orders = Orders.of(null, keys);
		return IntStream.range(0, count)
			.mapToObj((number) -> new WireEvent(CloudEvent.attributes(orders.id(number), CloudEvent.RECEIVED),
					orders.key(number), orders.payload(number)))
			.toList();
	}

}
