package io.doab.destinations.webhook;

/**
 * A delivery that waits for an attempt.
 *
 * @param position its place among all: of one key, the order
 * @param id the webhook-id
 * @param attempts how many failed
 */
record Delivery(long position, String id, byte[] body, int attempts) {

}
