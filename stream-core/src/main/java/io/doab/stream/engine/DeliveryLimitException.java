package io.doab.stream.engine;

/**
 * Why a queue's event is dead-lettered that no handler was called for any more. Not
 * thrown.
 */
final class DeliveryLimitException extends Exception {

	private static final long serialVersionUID = 1L;

	DeliveryLimitException(int deliveries) {
		super("Delivery " + deliveries + " is the limit: in those before, consumers released the event, were stopped,"
				+ " or ended while they held it. Look for what ends a process, or raise deliveryLimit");
	}

}
