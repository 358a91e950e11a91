/**
 * What every backend is held to: the cases, and what a backend's fixture gives them.
 */
@NullMarked
package io.doab.stream.contract;

import org.jspecify.annotations.NullMarked;
