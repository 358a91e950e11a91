/**
 * Inventory: what is in stock, and what of it is reserved for paid orders.
 */
@NullMarked
package io.doab.inventory;

import org.jspecify.annotations.NullMarked;
