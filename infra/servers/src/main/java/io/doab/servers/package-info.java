/**
 * Real servers as child processes: started, stopped, killed, paused and cut off at will.
 */
@NullMarked
package io.doab.servers;

import org.jspecify.annotations.NullMarked;
