/**
 * The dashboard: a read model of what happens, over HTTP and as server-sent events. It
 * holds no mail address, and of a customer what tells one from another on a screen.
 */
@NullMarked
package io.doab.destinations.dashboard;

import org.jspecify.annotations.NullMarked;
