/**
 * The page at which a person sees what goes on.
 */
@NullMarked
package io.doab.console;

import org.jspecify.annotations.NullMarked;
