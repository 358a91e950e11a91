/**
 * Takes events in over REST: with a token, bounded in size, checked field by field, one
 * by one or as a stream of lines, and answered only when they are stored.
 */
@NullMarked
package io.doab.stream.rest;

import org.jspecify.annotations.NullMarked;
