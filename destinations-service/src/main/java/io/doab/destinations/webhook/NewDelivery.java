package io.doab.destinations.webhook;

import org.jspecify.annotations.Nullable;

/**
 * A delivery to be.
 *
 * @param id the webhook-id
 * @param orderKey what it keeps its order with, or null when it may overtake
 */
record NewDelivery(String subscription, String id, String eventType, @Nullable String orderKey, byte[] body) {

}
