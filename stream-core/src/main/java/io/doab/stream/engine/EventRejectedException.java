package io.doab.stream.engine;

/**
 * Why a queue's event is dead-lettered that its handler rejected. Not thrown.
 */
final class EventRejectedException extends Exception {

	private static final long serialVersionUID = 1L;

	EventRejectedException(String reason) {
		super(reason);
	}

}
