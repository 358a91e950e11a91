/**
 * Names of meters, and what records them.
 */
@NullMarked
package io.doab.stream.observe;

import org.jspecify.annotations.NullMarked;
