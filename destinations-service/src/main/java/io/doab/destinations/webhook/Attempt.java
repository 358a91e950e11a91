package io.doab.destinations.webhook;

import io.doab.destinations.webhook.call.CallOutcome;

/**
 * An attempt that was made.
 *
 * @param probe whether it was made to see whether a paused endpoint is back; the
 * delivery's attempts are not used up by it
 */
record Attempt(Delivery delivery, boolean probe, CallOutcome outcome) {

}
