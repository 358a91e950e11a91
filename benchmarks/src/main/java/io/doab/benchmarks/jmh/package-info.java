/**
 * What the inner pieces cost without a server: time and allocation per event, by JMH.
 */
@NullMarked
package io.doab.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
