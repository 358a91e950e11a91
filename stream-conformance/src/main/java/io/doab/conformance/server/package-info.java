/**
 * Servers for fixtures, as child processes or in containers.
 */
@NullMarked
package io.doab.conformance.server;

import org.jspecify.annotations.NullMarked;
