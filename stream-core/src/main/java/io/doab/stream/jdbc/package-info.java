/**
 * For handlers with a database of their own.
 */
@NullMarked
package io.doab.stream.jdbc;

import org.jspecify.annotations.NullMarked;
