/**
 * The public API: events, publishers, processors and what they are declared with. Knows
 * neither Spring nor a client library.
 */
@NullMarked
package io.doab.stream;

import org.jspecify.annotations.NullMarked;
