/**
 * User agents.
 */
@NullMarked
package io.doab.webevents.agent;

import org.jspecify.annotations.NullMarked;
