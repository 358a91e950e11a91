/**
 * Sessions of visitors.
 */
@NullMarked
package io.doab.webevents.session;

import org.jspecify.annotations.NullMarked;
