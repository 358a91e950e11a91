package io.doab.stream.rest;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How events are taken in over REST.
 *
 * @param token what requests carry in 'Authorization: Bearer'; set DOAB_API_TOKEN.
 * @param maxEventSize largest event, or line of many, that is taken.
 * @param maxConcurrentRequests how many requests are served at once; more are answered
 * with 429.
 * @param maxLinesInFlight how many lines of one request are under way to the backend.
 * @param idempotencyWindow how long an Idempotency-Key is remembered, at the door and by
 * the consumers of what came in under it.
 * @param storeTimeout how long the backend may take to store an event.
 */
@Validated
@ConfigurationProperties("doab.ingestion")
public record IngestionProperties(
		@NotBlank(message = "is not set: give the environment variable DOAB_API_TOKEN a long random text") String token,
		@DefaultValue("256KB") DataSize maxEventSize, @DefaultValue("256") @Min(1) int maxConcurrentRequests,
		@DefaultValue("500") @Min(1) @Max(10_000) int maxLinesInFlight, @DefaultValue("24h") Duration idempotencyWindow,
		@DefaultValue("15s") Duration storeTimeout) {

	@Override
	public String toString() {
		return "IngestionProperties[token=***, maxEventSize=" + this.maxEventSize + "]";
	}

}
