@NullMarked
package io.doab.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
