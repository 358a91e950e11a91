@NullMarked
package io.doab.benchmarks.web;

import org.jspecify.annotations.NullMarked;
