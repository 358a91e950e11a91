/**
 * The whole platform on one machine: embedded real servers, every service as a process of
 * its own, and sample traffic.
 */
@NullMarked
package io.doab.local;

import org.jspecify.annotations.NullMarked;
