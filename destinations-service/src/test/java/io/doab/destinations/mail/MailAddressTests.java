package io.doab.destinations.mail;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mail.javamail.JavaMailSenderImpl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Addresses that are taken, those that are not, and how they look in a log; and how fast
 * mails may go.
 */
class MailAddressTests {

	@ParameterizedTest
	@CsvSource({ "c17855@example.com, c***5@example.com", "bob@example.com, ***@example.com",
			"first.last+tag@mail.example.co.uk, f***g@mail.example.co.uk" })
	void addressesAreMasked(String address, String masked) {
		assertThat(MailAddress.tryParse(address)).hasValueSatisfying((parsed) -> {
			assertThat(parsed).hasToString(masked);
			assertThat(parsed.full()).isEqualTo(address);
		});
		assertThat(MailAddress.mask("550 <" + address + ">: no, not " + address))
			.isEqualTo("550 <" + masked + ">: no, not " + masked);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "@example.com", "a@", "a@b@example.com", "a@example.com,b@example.com",
			"A <a@example.com>", "a@example.com\nBcc: b@example.com", "a b@example.com", "a@example.com.",
			"\"a\"@example.com", "a@[127.0.0.1]", "a@-example.com" })
	void whatIsNotOnePlainAddressIsRefused(String text) {
		assertThat(MailAddress.tryParse(text)).isEmpty();
	}

	@Test
	void aWrongSenderEndsTheStart() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> new MailProperties("shop", "Shop", 10, MailProperties.Doubtful.DEAD_LETTER, Duration.ofDays(30)))
			.withMessageStartingWith("destinations.mail.from must be a mail address");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new MailProperties("shop@example.com", "Shop", 10, MailProperties.Doubtful.DEAD_LETTER,
					Duration.ofDays(1)))
			.withMessageStartingWith("destinations.mail.remember PT24H must be at least 7d");
	}

	@Test
	void mailsGoNoFasterThanTheRate() throws Exception {
		Mailer mailer = new Mailer(new JavaMailSenderImpl(), MailAddress.tryParse("a@example.com").orElseThrow(),
				"Shop", 50);
		long started = System.nanoTime();
		for (int i = 0; i < 11; i++) {
			mailer.awaitTurn();
		}
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(180));
	}

}
