package io.doab.inventory.stock;

/**
 * So many of something.
 *
 * @param quantity at least 1
 */
public record Line(String sku, int quantity) {

}
