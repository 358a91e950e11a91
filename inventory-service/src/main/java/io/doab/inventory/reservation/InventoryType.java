package io.doab.inventory.reservation;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What is to be done.
 */
public enum InventoryType {

	RESERVE, RETURN;

	/** The name in JSON. */
	@JsonValue
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The type of the event that asks for it. */
	public String eventType() {
		return "inventory." + label();
	}

}
