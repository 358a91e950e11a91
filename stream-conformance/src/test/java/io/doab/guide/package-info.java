/**
 * Runs what {@code docs/guide.md} shows, and looks at our streams with the tools of the
 * servers.
 */
@NullMarked
package io.doab.guide;

import org.jspecify.annotations.NullMarked;
