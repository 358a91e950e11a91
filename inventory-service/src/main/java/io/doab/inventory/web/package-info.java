/**
 * The door: inventory requests and stock.
 */
@NullMarked
package io.doab.inventory.web;

import org.jspecify.annotations.NullMarked;
