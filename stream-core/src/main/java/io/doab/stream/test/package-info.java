/**
 * For tests of handlers without a backend.
 */
@NullMarked
package io.doab.stream.test;

import org.jspecify.annotations.NullMarked;
