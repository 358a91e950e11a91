package io.doab.benchmarks.harness;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The attributes of events, the same in every stream whoever writes it: CloudEvents 1.0
 * in binary mode, as Doab stores them. So all contenders read and write the same bytes.
 */
public final class CloudEvent {

	public static final String ID = "id";

	public static final String RECEIVED = "order.received";

	public static final String ACCEPTED = "order.accepted";

	private CloudEvent() {
	}

	/** Those of an event, in the order in which they are stored. */
	public static Map<String, String> attributes(String id, String type) {
		Map<String, String> attributes = LinkedHashMap.newLinkedHashMap(8);
		attributes.put("specversion", "1.0");
		attributes.put(ID, id);
		attributes.put("type", type);
		attributes.put("source", "urn:doab");
		attributes.put("time", Instant.ofEpochMilli(System.currentTimeMillis()).toString());
		return attributes;
	}

	/** The id of the event that follows from another: stable, should it be made again. */
	public static String follow(String id) {
		return id + "/accepted";
	}

}
