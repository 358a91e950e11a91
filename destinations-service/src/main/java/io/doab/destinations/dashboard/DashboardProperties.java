package io.doab.destinations.dashboard;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the dashboard.
 *
 * @param keep how long steps of orders and counts per minute are kept; older events are
 * passed over.
 * @param keepOthers how long events without an order, such as web requests, are told
 * apart; older ones are passed over.
 * @param period how often those who listen are told what is new.
 * @param heartbeat after how long without news they are told that there is none.
 * @param maxListeners how many may listen to one instance at once; more are answered with
 * 429.
 */
@Validated
@ConfigurationProperties("destinations.dashboard")
record DashboardProperties(@DefaultValue("7d") Duration keep, @DefaultValue("24h") Duration keepOthers,
		@DefaultValue("1s") Duration period, @DefaultValue("10s") Duration heartbeat,
		@DefaultValue("50") @Min(1) @Max(10_000) int maxListeners) {

	DashboardProperties {
		require(keep, "keep");
		require(keepOthers, "keep-others");
		require(period, "period");
		require(heartbeat, "heartbeat");
	}

	/** How long an event of a kind is kept. */
	Duration keep(boolean ofOrder) {
		return ofOrder ? this.keep : this.keepOthers;
	}

	private static void require(Duration value, String name) {
		if (!value.isPositive()) {
			throw new IllegalArgumentException("destinations.dashboard." + name + " must be longer than zero");
		}
	}

}
