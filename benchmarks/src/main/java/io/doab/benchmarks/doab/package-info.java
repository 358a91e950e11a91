/** Doab as its guide says, on either backend. */
@NullMarked
package io.doab.benchmarks.doab;

import org.jspecify.annotations.NullMarked;
