/**
 * A request and who made it, as far as that is kept.
 */
@NullMarked
package io.doab.webevents.hit;

import org.jspecify.annotations.NullMarked;
