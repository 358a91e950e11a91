/**
 * Measures contenders side by side: servers of its own, a process for each contender,
 * rounds in turn, and counts that fail the run when an event was lost or doubled.
 */
@NullMarked
package io.doab.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
