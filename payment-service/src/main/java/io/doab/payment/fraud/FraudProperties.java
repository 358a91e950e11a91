package io.doab.payment.fraud;

import java.math.BigDecimal;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What makes a charge look like fraud.
 *
 * @param cardVelocity how often a card may be charged.
 * @param customerVelocity how often a customer may be charged.
 * @param amount how much more a customer may pay than ever lately.
 * @param country from where a customer may pay.
 * @param verdictTimeout how long a charge waits for its verdict before it is asked for
 * again. After the third time without one the charge is declined (not_examined).
 */
@Validated
@ConfigurationProperties("payment.fraud")
public record FraudProperties(@DefaultValue @Valid CardVelocity cardVelocity,
		@DefaultValue @Valid CustomerVelocity customerVelocity, @DefaultValue @Valid Amount amount,
		@DefaultValue @Valid Country country,
		@DefaultValue("15m") @NotNull @DurationMin(seconds = 1) Duration verdictTimeout) {

	/**
	 * How often a card may be charged.
	 *
	 * @param enabled whether it is looked at.
	 * @param maxCharges charges within the window that are nothing special. Bounds what
	 * is kept of each card.
	 * @param window the length of the window.
	 */
	public record CardVelocity(@DefaultValue("true") boolean enabled,
			@DefaultValue("20") @Min(1) @Max(1_000) int maxCharges,
			@DefaultValue("1m") @NotNull @DurationMin(seconds = 1) @DurationMax(days = 1) Duration window) {
	}

	/**
	 * How often a customer may be charged.
	 *
	 * @param enabled whether it is looked at.
	 * @param maxCharges charges within the window that are nothing special. Bounds what
	 * is kept of each customer.
	 * @param window the length of the window.
	 */
	public record CustomerVelocity(@DefaultValue("true") boolean enabled,
			@DefaultValue("50") @Min(1) @Max(1_000) int maxCharges,
			@DefaultValue("1m") @NotNull @DurationMin(seconds = 1) @DurationMax(days = 1) Duration window) {
	}

	/**
	 * How much more a customer may pay than ever lately.
	 *
	 * @param enabled whether it is looked at.
	 * @param factor suspected is what is more than so many times the largest of the
	 * customer's latest charges in the currency.
	 * @param minimumHistory how many of them there have to be.
	 */
	public record Amount(@DefaultValue("true") boolean enabled,
			@DefaultValue("100") @NotNull @DecimalMin("1") BigDecimal factor,
			@DefaultValue("10") @Min(1) @Max(CustomerHistory.MAX_AMOUNTS) int minimumHistory) {
	}

	/**
	 * From where a customer may pay.
	 *
	 * @param enabled whether it is looked at. Off by default: people travel.
	 * @param minimumHistory suspected is a country from which none of the customer's
	 * charges came, once there are so many.
	 */
	public record Country(@DefaultValue("false") boolean enabled,
			@DefaultValue("5") @Min(1) @Max(CustomerHistory.MAX_AMOUNTS) int minimumHistory) {
	}

	/** Whether what a customer has paid is of interest. */
	boolean learns() {
		return this.amount.enabled() || this.country.enabled();
	}

	boolean looksAtCustomers() {
		return this.customerVelocity.enabled() || learns();
	}

}
