package io.doab.destinations.webhook.call;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The signature of Standard Webhooks.
 */
class SigningSecretTests {

	/** From the test suite of the specification's reference libraries. */
	@Test
	void signsTheExampleOfTheSpecificationAsItIsPublished() {
		SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
		assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", Instant.ofEpochSecond(1_614_265_330),
				"{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
			.isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	}

	@Test
	void isMadeUpInTheFormThatReceiversExpectAndIsInNoText() {
		SigningSecret secret = SigningSecret.random();
		assertThat(secret.text()).matches("whsec_[A-Za-z0-9+/]{43}=");
		assertThat(SigningSecret.parse(secret.text())).isEqualTo(secret).isNotEqualTo(SigningSecret.random());
		assertThat(secret).hasToString("whsec_***");
	}

	@ParameterizedTest
	@CsvSource({ "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, must start with whsec_", "whsec_!!!, must be base64 after whsec_",
			"whsec_c2hvcnQ=, must have 24 to 64 bytes before base64" })
	void whatIsNoneIsRefusedWithoutBeingRepeated(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> SigningSecret.parse(text)).withMessage(message);
	}

}
