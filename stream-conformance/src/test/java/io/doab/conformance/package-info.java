/**
 * What every backend is held to: the cases, and what a backend's fixture gives them.
 */
@NullMarked
package io.doab.conformance;

import org.jspecify.annotations.NullMarked;
