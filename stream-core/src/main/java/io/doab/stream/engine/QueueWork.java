package io.doab.stream.engine;

import io.doab.stream.spi.QueueRecord;

/**
 * One delivery on its way through a consumer. Belongs to whoever has it: the workers'
 * queue, then the thread that runs it.
 */
final class QueueWork {

	final QueueRecord delivery;

	/** Whether a handler was called for it. */
	boolean begun;

	/** How often in a row something was away that its handler needs. */
	int outages;

	QueueWork(QueueRecord delivery) {
		this.delivery = delivery;
	}

	@Override
	public String toString() {
		return this.delivery.toString();
	}

}
