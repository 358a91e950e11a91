/**
 * From the post-processing streams to where results are needed. A destination is one
 * class here and one line in the routing table.
 */
@NullMarked
package io.doab.destinations;

import org.jspecify.annotations.NullMarked;
