package io.doab.payment.fraud;

import java.time.Instant;

import io.doab.payment.money.Money;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * What the rules are told of a charge: the payload of the streams that it takes.
 *
 * @param chargeId the id of the event that asks for the charge
 * @param orderKey the key to which the verdict goes back
 * @param card the identity of the card
 * @param customer null for a guest
 * @param country the customer's
 * @param receivedAt when the charge was taken in
 * @param rule what suspects it already, or null while nothing does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExaminedCharge(String chargeId, String orderKey, String card, @Nullable String customer,
		@Nullable String country, Money amount, Instant receivedAt, @Nullable String rule) {

	/** The type of the event that asks what the rules say. */
	static final String EXAMINE = "fraud.examine";

	/** The type of the event that says that the charge was authorised. */
	static final String PAID = "fraud.paid";

	/** The first that suspects it is told. */
	ExaminedCharge suspectedBy(FraudRule suspecting) {
		return (this.rule != null) ? this : new ExaminedCharge(this.chargeId, this.orderKey, this.card, this.customer,
				this.country, this.amount, this.receivedAt, suspecting.label());
	}

}
