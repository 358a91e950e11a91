package io.doab.payment.fraud;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * What the rules say to a charge.
 *
 * @param chargeId the id of the event that asks for the charge
 * @param rule what suspects it, or null when nothing does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FraudVerdict(String chargeId, @Nullable String rule) {

	/** The stream, by order. */
	public static final String STREAM = "payments.fraud-verdicts";

	/** The type of the event. */
	public static final String TYPE = "fraud.verdict";

}
