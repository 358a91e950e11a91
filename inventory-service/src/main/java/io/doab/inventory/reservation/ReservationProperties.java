package io.doab.inventory.reservation;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How orders are reserved.
 *
 * @param paymentTimeout how long a request waits for its order's payment, more than
 * nothing and at most seven days.
 */
@Validated
@ConfigurationProperties("inventory")
record ReservationProperties(
		@DefaultValue("15m") @NotNull @DurationMin(millis = 1) @DurationMax(days = 7) Duration paymentTimeout) {

}
