/**
 * The command line: streams, groups and dead letters of either backend.
 */
@NullMarked
package io.doab.cli;

import org.jspecify.annotations.NullMarked;
