package io.doab.inventory.stock;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.jdbc.EventOutbox;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Tells of the stock's changes on a stream of their own, keyed by SKU, if their
 * transaction commits. The row of the SKU is locked by then, so a SKU's changes are told
 * in the order in which they happened.
 */
@Component
class StockNews {

	static final String STREAM = "stock";

	private static final URI SOURCE = URI.create("urn:doab:inventory-service");

	private final EventOutbox outbox;

	private final StockProperties properties;

	StockNews(EventOutbox outbox, StockProperties properties) {
		this.outbox = outbox;
		this.properties = properties;
	}

	/**
	 * Needs a transaction.
	 * @param cause the id of the event that moved the goods, or null when somebody set
	 * the stock
	 */
	void changed(Collection<StockLevel> levels, @Nullable String cause) {
		String change = (cause != null) ? cause : UUID.randomUUID().toString();
		List<Event<StockLevel>> events = new ArrayList<>();
		for (StockLevel level : levels) {
			events.add(event(StockLevel.CHANGED, level, change));
			if (level.fellTo(this.properties.lowAt())) {
				events.add(event(StockLevel.LOW, level, change));
			}
		}
		this.outbox.publish(STREAM, events);
	}

	private static Event<StockLevel> event(String type, StockLevel level, String change) {
		return Event.of(type, level.sku(), level)
			.withSource(SOURCE)
			.withId(EventIds.derive(STREAM, type, change, level.sku()));
	}

}
