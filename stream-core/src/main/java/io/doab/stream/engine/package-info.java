/**
 * The engine: dispatch, ordering, retry, grouped commits, timers. Internal; it knows the
 * API and {@code spi}, and no backend.
 */
@NullMarked
package io.doab.stream.engine;

import org.jspecify.annotations.NullMarked;
