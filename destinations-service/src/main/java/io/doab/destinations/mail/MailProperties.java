package io.doab.destinations.mail;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Mail to customers. Which server: spring.mail.
 *
 * @param from the address that mails come from. Without it the destination is off.
 * @param shop the name that mails are signed with.
 * @param rate how many mails a second are sent by one instance, at most; more wait.
 * @param doubtful what becomes of a mail of which it is not known whether the server took
 * it, because the process or the connection ended just then.
 * @param remember how long it is remembered that a mail was sent: longer than an event
 * may come again.
 */
@Validated
@ConfigurationProperties("destinations.mail")
record MailProperties(@Nullable String from, @DefaultValue("Doab") @NotBlank String shop,
		@DefaultValue("10") @Min(1) @Max(1_000) int rate, @DefaultValue("dead-letter") Doubtful doubtful,
		@DefaultValue("30d") Duration remember) {

	MailProperties {
		if (from != null && !from.isBlank() && MailAddress.tryParse(from).isEmpty()) {
			throw new IllegalArgumentException(
					"destinations.mail.from must be a mail address such as shop@example.com, and nothing else");
		}
		if (remember.compareTo(Duration.ofDays(7)) < 0) {
			throw new IllegalArgumentException("destinations.mail.remember " + remember
					+ " must be at least 7d: an event that comes again later would be sent again");
		}
	}

	/** What becomes of a doubtful mail. */
	enum Doubtful {

		/**
		 * It is not sent again; its event goes to the dead letters for somebody to look.
		 */
		DEAD_LETTER,

		/** It is sent again under the same Message-ID, and may arrive twice. */
		SEND_AGAIN

	}

}
