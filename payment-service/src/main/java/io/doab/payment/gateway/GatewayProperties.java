package io.doab.payment.gateway;

import java.net.URI;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who moves the money.
 *
 * @param type sandbox, which moves none and answers by the card, or http.
 * @param url where the gateway is, for type http; /authorizations and /refunds are under
 * it.
 * @param token what requests to the gateway carry in 'Authorization: Bearer'; set
 * DOAB_GATEWAY_TOKEN.
 * @param connectTimeout how long connecting may take.
 * @param readTimeout how long an answer may take. The payment goes on, or not, at the
 * gateway: it is asked again under the same idempotency key.
 * @param attempts how often the gateway is asked at once, before the payment waits.
 * @param retryDelay the pause after the first of these attempts; it doubles.
 * @param circuitBreaker when the gateway is left alone.
 */
@Validated
@ConfigurationProperties("payment.gateway")
record GatewayProperties(@DefaultValue("sandbox") @NotNull Type type, @Nullable URI url, @Nullable String token,
		@DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration connectTimeout,
		@DefaultValue("10s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5) Duration readTimeout,
		@DefaultValue("2") @Min(1) @Max(10) int attempts,
		@DefaultValue("200ms") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 10) Duration retryDelay,
		@DefaultValue @Valid CircuitBreaker circuitBreaker) {

	GatewayProperties {
		if (type == Type.HTTP && (url == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
				|| url.getHost() == null)) {
			throw new IllegalArgumentException("payment.gateway.url is " + (url == null ? "not set" : "no address")
					+ ": payment.gateway.type=http needs one such as https://gateway.example.com/v1");
		}
	}

	/** What stands for the money. */
	enum Type {

		SANDBOX, HTTP

	}

	/**
	 * When the gateway is left alone.
	 *
	 * @param failureRate the share of the latest calls in per cent that have to fail.
	 * @param calls how many calls are the latest.
	 * @param minimumCalls how many of them there have to be.
	 * @param openFor how long it is left alone before it is tried again.
	 */
	record CircuitBreaker(@DefaultValue("50") @Min(1) @Max(100) int failureRate,
			@DefaultValue("20") @Min(1) @Max(10_000) int calls,
			@DefaultValue("10") @Min(1) @Max(10_000) int minimumCalls,
			@DefaultValue("10s") @NotNull @DurationMin(millis = 1) Duration openFor) {
	}

	@Override
	public String toString() {
		return "GatewayProperties[type=" + this.type + ", url=" + this.url + ", token=***]";
	}

}
