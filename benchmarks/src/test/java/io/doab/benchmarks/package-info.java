@NullMarked
package io.doab.benchmarks;

import org.jspecify.annotations.NullMarked;
