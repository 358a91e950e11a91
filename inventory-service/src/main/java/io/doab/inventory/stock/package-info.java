/**
 * What is in stock, in the database.
 */
@NullMarked
package io.doab.inventory.stock;

import org.jspecify.annotations.NullMarked;
