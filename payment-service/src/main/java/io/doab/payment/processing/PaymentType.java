package io.doab.payment.processing;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Locale;

/**
 * What is to be done.
 */
public enum PaymentType {

	CHARGE, REFUND;

	/** The name in JSON. */
	@JsonValue
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The type of the event that asks for it. */
	public String eventType() {
		return "payment." + label();
	}

}
