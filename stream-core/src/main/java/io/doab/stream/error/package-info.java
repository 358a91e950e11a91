/**
 * What can go wrong, by what the caller does next.
 */
@NullMarked
package io.doab.stream.error;

import org.jspecify.annotations.NullMarked;
