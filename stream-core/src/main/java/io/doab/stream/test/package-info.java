/**
 * For tests of processors without a server:
 * {@link io.doab.stream.test.ProcessorTestDriver} runs one on the thread and by the clock
 * of the test.
 */
@NullMarked
package io.doab.stream.test;

import org.jspecify.annotations.NullMarked;
