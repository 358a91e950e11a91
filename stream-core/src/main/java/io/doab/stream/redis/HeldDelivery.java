package io.doab.stream.redis;

import io.doab.stream.spi.QueueRecord;

/**
 * A delivery that a consumer holds: it is in the pending list under the consumer's name.
 */
final class HeldDelivery {

	final QueueRecord delivery;

	final String id;

	/** Whether its settlement is under way. */
	volatile boolean settling;

	HeldDelivery(QueueRecord delivery) {
		this.delivery = delivery;
		this.id = delivery.record().position().toString();
	}

}
