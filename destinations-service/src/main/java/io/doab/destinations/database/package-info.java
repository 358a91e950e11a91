/**
 * The database.
 */
@NullMarked
package io.doab.destinations.database;

import org.jspecify.annotations.NullMarked;
