/**
 * One call of a webhook: what is signed, where it may go, and what came back.
 */
@NullMarked
package io.doab.destinations.webhook.call;

import org.jspecify.annotations.NullMarked;
