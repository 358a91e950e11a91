/**
 * The whole platform, as its users see it.
 */
@NullMarked
package io.doab.e2e;

import org.jspecify.annotations.NullMarked;
