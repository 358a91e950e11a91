package io.doab.destinations.webhook;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/** What a subscriber is told of a delivery: not what was in it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeliveryReport(String webhookId, String eventType, String status, int attempts, @Nullable Instant nextAttemptAt,
		@Nullable Instant waitingSince, @Nullable Integer lastStatus, @Nullable String lastError,
		@Nullable Instant finishedAt) {

}
