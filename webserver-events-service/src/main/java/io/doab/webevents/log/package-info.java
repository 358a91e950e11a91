/**
 * Access logs.
 */
@NullMarked
package io.doab.webevents.log;

import org.jspecify.annotations.NullMarked;
