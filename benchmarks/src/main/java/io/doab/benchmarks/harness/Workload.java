package io.doab.benchmarks.harness;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What contenders are given to do.
 */
public enum Workload {

	/** Consume, transform and publish a backlog; the handler does next to nothing. */
	TRANSFORM("transform", "consume, transform, publish from a backlog"),

	/** The same, and a counter of each key is read and written. */
	STATE("state", "the same with a counter per key read and written"),

	/** Handlers that block, in the order of each key. */
	BLOCKING("blocking", "handlers that block, order per key"),

	/** The time from publishing an event until its output can be read. */
	LATENCY("latency", "end to end at a steady rate, open loop"),

	/** What an event costs by how many partitions, events and keys there are. */
	SCALE("scale", "cost per event by partitions, backlog and keys"),

	/** Publishing alone, one event after the other or many at a time. */
	PUBLISH("publish", "publish alone, by acknowledgement"),

	/** Events taken in over HTTP and answered with 202. */
	INGEST("ingest", "REST ingestion, answered with 202"),

	/**
	 * From the requests of orders to their rows in the database, through all services.
	 */
	SHOP("shop", "the whole shop, from REST to the database"),

	/** The time that events take whose owner is killed. */
	TAKEOVER("takeover", "one of two members is killed, open loop"),

	/** The heap of a process at rest, and of one whose handlers do not come back. */
	MEMORY("memory", "heap after a collection, and memory of the process");

	private final String label;

	private final String title;

	Workload(String label, String title) {
		this.label = label;
		this.title = title;
	}

	/** What it is called on the command line. */
	public String label() {
		return this.label;
	}

	public String title() {
		return this.title;
	}

	/**
	 * The one of that label.
	 * @throws UsageException when there is none
	 */
	static Workload of(String label) {
		return Arrays.stream(values())
			.filter((workload) -> workload.label.equals(label))
			.findFirst()
			.orElseThrow(() -> new UsageException("There is no benchmark '" + label + "'. There are " + labels()));
	}

	static String labels() {
		return Arrays.stream(values()).map(Workload::label).collect(Collectors.joining(", "));
	}

}
