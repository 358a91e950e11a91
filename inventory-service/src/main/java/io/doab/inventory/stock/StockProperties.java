package io.doab.inventory.stock;

import java.time.Duration;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is told of the stock.
 *
 * @param lowAt a stock that falls to so many, or fewer, is low.
 * @param outboxInterval how often changes are looked for that a service left behind which
 * is gone.
 */
@Validated
@ConfigurationProperties("inventory.stock")
record StockProperties(@DefaultValue("10") @Min(0) long lowAt, @DefaultValue("1s") @NotNull Duration outboxInterval) {

}
