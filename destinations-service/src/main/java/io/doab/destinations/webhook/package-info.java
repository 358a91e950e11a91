/**
 * Other web services: who subscribed to what, and the deliveries to them.
 */
@NullMarked
package io.doab.destinations.webhook;

import org.jspecify.annotations.NullMarked;
