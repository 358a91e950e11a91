/**
 * What things cost. Each benchmark starts real servers of its own, says what it does, and
 * prints a table.
 */
@NullMarked
package io.doab.benchmarks;

import org.jspecify.annotations.NullMarked;
