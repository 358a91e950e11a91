/**
 * What a backend implements. The engine knows nothing else of it.
 */
@NullMarked
package io.doab.stream.spi;

import org.jspecify.annotations.NullMarked;
