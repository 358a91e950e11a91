/**
 * Requests to a web server: from its access log to visitors and their sessions.
 */
@NullMarked
package io.doab.webevents;

import org.jspecify.annotations.NullMarked;
