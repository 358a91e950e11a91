package io.doab.inventory.reservation;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How orders are reserved.
 *
 * @param paymentTimeout how long a request waits for its order's payment.
 */
@Validated
@ConfigurationProperties("inventory")
record ReservationProperties(@DefaultValue("15m") @NotNull Duration paymentTimeout) {

}
