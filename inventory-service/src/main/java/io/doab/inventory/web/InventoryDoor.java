package io.doab.inventory.web;

import io.doab.inventory.reservation.InventoryInstruction;
import io.doab.inventory.reservation.InventoryType;
import io.doab.inventory.stock.Line;
import io.doab.stream.Event;
import io.doab.stream.rest.IngestionRoute;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where inventory requests come in.
 */
@Configuration(proxyBeanMethods = false)
class InventoryDoor {

	@Bean
	IngestionRoute<InventoryRequest> inventory() {
		return IngestionRoute.of("/inventory", "inventory", InventoryRequest.class, InventoryDoor::event)
			.withTypes(InventoryType.RESERVE.eventType(), InventoryType.RETURN.eventType());
	}

	private static Event<InventoryInstruction> event(InventoryRequest request) {
		InventoryInstruction instruction = new InventoryInstruction(request.orderId(), request.typeOrDefault(),
				request.lines().stream().map((line) -> new Line(line.sku(), line.quantity())).toList());
		return Event.of(request.typeOrDefault().eventType(), request.orderId(), instruction);
	}

}
