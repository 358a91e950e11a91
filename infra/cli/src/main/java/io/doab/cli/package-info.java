/**
 * The command line: streams of either backend from a shell.
 */
@NullMarked
package io.doab.cli;

import org.jspecify.annotations.NullMarked;
