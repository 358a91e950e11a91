package io.doab.stream.spi;

import io.doab.stream.StreamPartition;

/**
 * One delivery of an event to a member of a queue. Another delivery of the same event is
 * another record: what matters is which object it is.
 */
public final class QueueRecord {

	private final StreamPartition partition;

	private final StreamRecord record;

	private final int deliveryCount;

	public QueueRecord(StreamPartition partition, StreamRecord record, int deliveryCount) {
		this.partition = partition;
		this.record = record;
		this.deliveryCount = deliveryCount;
	}

	public StreamPartition partition() {
		return this.partition;
	}

	public StreamRecord record() {
		return this.record;
	}

	/** 1 for the first delivery. */
	public int deliveryCount() {
		return this.deliveryCount;
	}

	@Override
	public String toString() {
		return "event at " + this.record.position() + " of " + this.partition + ", delivery " + this.deliveryCount;
	}

}
