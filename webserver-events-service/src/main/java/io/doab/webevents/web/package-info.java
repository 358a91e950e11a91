/**
 * The door: web events as JSON and as lines of an access log.
 */
@NullMarked
package io.doab.webevents.web;

import org.jspecify.annotations.NullMarked;
