package io.doab.webevents.session;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When a session ends.
 *
 * @param inactivity how long a visitor does nothing, by the times in the log, before
 * another session begins; from 1s to 24h.
 */
@Validated
@ConfigurationProperties("web-events.session")
record SessionProperties(@DefaultValue("30m") Duration inactivity) {

	private static final Duration LEAST = Duration.ofSeconds(1);

	static final Duration MOST = Duration.ofDays(1);

	SessionProperties {
		if (inactivity.compareTo(LEAST) < 0 || inactivity.compareTo(MOST) > 0) {
			throw new IllegalArgumentException(
					"web-events.session.inactivity is " + inactivity + ": it must be from 1s to 24h");
		}
	}

}
