package io.doab.destinations.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;

import io.doab.destinations.webhook.call.AddressRules;
import io.doab.destinations.webhook.call.CallLimits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the webhooks.
 *
 * @param key under which signing secrets are encrypted in the database, 16 characters or
 * more, the same for all instances, for ever; set DOAB_WEBHOOK_KEY. Without it webhooks
 * are off.
 * @param allowHttp whether endpoints without TLS may be called.
 * @param allowedNetworks networks that may be called although they are not public, such
 * as 127.0.0.0/8.
 * @param allowedPorts ports that may be called; none named means all.
 * @param maxSubscriptions how many subscriptions there may be.
 * @param maxInFlight how many deliveries of one subscription are under way at once.
 * @param withheld JSON pointers to what of an event's data leaves for no webhook.
 * @param secretOverlap how long the former secret signs beside a new one.
 * @param refreshInterval after how long an instance sees what others changed.
 * @param pollInterval after how long an instance sees deliveries that are due.
 * @param turn how long an instance that died keeps its subscriptions from the others.
 */
@Validated
@ConfigurationProperties("destinations.webhooks")
record WebhookProperties(@DefaultValue("") String key, @DefaultValue("false") boolean allowHttp,
		@DefaultValue List<String> allowedNetworks, @DefaultValue Set<@Min(1) @Max(65_535) Integer> allowedPorts,
		@DefaultValue("200") @Min(1) @Max(10_000) int maxSubscriptions,
		@DefaultValue("8") @Min(1) @Max(100) int maxInFlight, @DefaultValue("/card/token") List<String> withheld,
		@DefaultValue("24h") Duration secretOverlap, @DefaultValue("1s") Duration refreshInterval,
		@DefaultValue("500ms") Duration pollInterval, @DefaultValue("15s") Duration turn,
		@DefaultValue @Valid Call call, @DefaultValue @Valid Retry retry, @DefaultValue @Valid Pause pause,
		@DefaultValue @Valid Keep keep) {

	static final String PREFIX = "destinations.webhooks";

	private static final int LEAST_KEY_LENGTH = 16;

	WebhookProperties {
		require(key.isBlank() || key.length() >= LEAST_KEY_LENGTH,
				"key must have " + LEAST_KEY_LENGTH + " characters or more; set DOAB_WEBHOOK_KEY");
		try {
			var _ = new AddressRules(allowedNetworks);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(PREFIX + ".allowed-networks: " + ex.getMessage(), ex);
		}
		withheld.forEach((pointer) -> require(pointer.startsWith("/"),
				"withheld '" + pointer + "' must be a JSON pointer such as /card/token"));
		requirePositive(secretOverlap, "secret-overlap");
		requirePositive(refreshInterval, "refresh-interval");
		requirePositive(pollInterval, "poll-interval");
		requirePositive(turn, "turn");
	}

	CallLimits callLimits() {
		return new CallLimits(this.call.timeout(), this.call.connectTimeout(),
				Math.toIntExact(this.call.maxAnswer().toBytes()), this.maxSubscriptions * this.maxInFlight + 100);
	}

	private static void requirePositive(Duration value, String name) {
		require(value.isPositive(), name + " must be longer than zero");
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalArgumentException(PREFIX + "." + otherwise);
		}
	}

	@Override
	public String toString() {
		return "WebhookProperties[key=***, allowedNetworks=" + this.allowedNetworks + "]";
	}

	/**
	 * What one call may take.
	 *
	 * @param timeout from its start to the end of the answer.
	 * @param connectTimeout for a connection to one address.
	 * @param maxAnswer how much of an answer is read.
	 */
	record Call(@DefaultValue("15s") Duration timeout, @DefaultValue("5s") Duration connectTimeout,
			@DefaultValue("64KB") DataSize maxAnswer) {

		Call {
			requirePositive(timeout, "call.timeout");
			requirePositive(connectTimeout, "call.connect-timeout");
			require(maxAnswer.toBytes() > 0 && maxAnswer.toBytes() <= 16 * 1_024 * 1_024,
					"call.max-answer must be 1 byte to 16 MB");
		}

	}

	/**
	 * When a delivery that failed is tried again.
	 *
	 * @param delays the pauses after each attempt; after one attempt more the delivery is
	 * dead. The default is the example of Standard Webhooks: ten attempts in three days.
	 * @param jitter the part of a pause that is random.
	 * @param giveUpAfter how long a delivery waits at most, whatever it waits for.
	 */
	record Retry(@DefaultValue( {
			"5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h" }) @NotEmpty List<Duration> delays,
			@DefaultValue("0.1") @DecimalMin("0") @DecimalMax("1") double jitter,
			@DefaultValue("5d") Duration giveUpAfter){

		Retry {
			delays.forEach((delay) -> requirePositive(delay, "retry.delays"));
			requirePositive(giveUpAfter, "retry.give-up-after");
		}

		RetrySchedule schedule() {
			return new RetrySchedule(this.delays, this.jitter);
		}

	}

	/**
	 * When an endpoint is paused, and how it is found to be back.
	 *
	 * @param afterFailures after so many failed attempts in a row.
	 * @param after or after failing for so long, with three attempts or more.
	 * @param firstProbe how long after that one delivery is tried.
	 * @param longestPause between such tries; the pause doubles each time.
	 */
	record Pause(@DefaultValue("20") @Min(1) int afterFailures, @DefaultValue("15m") Duration after,
			@DefaultValue("15s") Duration firstProbe, @DefaultValue("5m") Duration longestPause) {

		Pause {
			requirePositive(after, "pause.after");
			requirePositive(firstProbe, "pause.first-probe");
			requirePositive(longestPause, "pause.longest-pause");
		}

		PauseRules rules() {
			return new PauseRules(this.afterFailures, this.after, this.firstProbe, this.longestPause);
		}

	}

	/**
	 * How long deliveries that ended are kept.
	 *
	 * @param delivered what is known of those that arrived, without what was in them; an
	 * event that is read again within that time is not delivered again.
	 * @param dead those that were given up; until then they can be delivered again.
	 */
	record Keep(@DefaultValue("24h") Duration delivered, @DefaultValue("30d") Duration dead) {

		Keep {
			requirePositive(delivered, "keep.delivered");
			requirePositive(dead, "keep.dead");
		}

	}

}
