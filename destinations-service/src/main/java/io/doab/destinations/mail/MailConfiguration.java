package io.doab.destinations.mail;

import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Makes mail from its settings.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class MailConfiguration {

	@Bean
	MailDestination mailDestination(MailProperties properties, ObjectProvider<JavaMailSender> senders,
			SentMails sentMails, MeterRegistry registry) {
		JavaMailSender sender = senders.getIfAvailable();
		String from = properties.from();
		String missing = missing(sender, from);
		Mailer mailer = (sender == null || from == null || missing != null) ? null
				: new Mailer(sender, MailAddress.tryParse(from).orElseThrow(), properties.shop(), properties.rate());
		return new MailDestination(mailer, missing, sentMails, properties.doubtful(), new MailCounter(registry));
	}

	@Bean
	SentMails sentMails(JdbcTemplate jdbc) {
		return new SentMails(jdbc, Clock.systemUTC());
	}

	@Bean
	MailsForgotten mailsForgotten(SentMails sentMails, MailProperties properties) {
		return new MailsForgotten(sentMails, properties);
	}

	private static @Nullable String missing(@Nullable JavaMailSender sender, @Nullable String from) {
		if (sender == null) {
			return "spring.mail.host is not set";
		}
		return (from == null || from.isBlank()) ? "destinations.mail.from is not set" : null;
	}

	/** Forgets, now and then, what has been remembered long enough. */
	static final class MailsForgotten {

		private final SentMails sentMails;

		private final MailProperties properties;

		MailsForgotten(SentMails sentMails, MailProperties properties) {
			this.sentMails = sentMails;
			this.properties = properties;
		}

		@Scheduled(initialDelayString = "10m", fixedDelayString = "1h")
		void forget() {
			this.sentMails.forgetOlderThan(this.properties.remember());
		}

	}

}
