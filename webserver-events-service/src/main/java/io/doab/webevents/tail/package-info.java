/**
 * Log files that are read while they are written.
 */
@NullMarked
package io.doab.webevents.tail;

import org.jspecify.annotations.NullMarked;
