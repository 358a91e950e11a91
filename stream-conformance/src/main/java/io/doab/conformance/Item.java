package io.doab.conformance;

import java.util.ArrayList;
import java.util.List;

import io.doab.stream.Event;

/**
 * The payload of the cases: which one of its key it is.
 */
public record Item(String key, int number) {

	public static Event<Item> event(String key, int number) {
		return Event.of("item", key, new Item(key, number)).withId(key + "-" + number);
	}

	/** So many events, spread over so many keys in turn, numbered within their key. */
	public static List<Event<Item>> events(int count, int keys) {
		List<Event<Item>> events = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			events.add(event("key" + i % keys, i / keys));
		}
		return events;
	}

}
