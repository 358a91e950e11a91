package io.doab.inventory.reservation;

import java.util.List;

import io.doab.inventory.stock.Line;

/**
 * The payload of the stream {@code inventory}.
 */
public record InventoryInstruction(String orderId, InventoryType type, List<Line> lines) {

}
