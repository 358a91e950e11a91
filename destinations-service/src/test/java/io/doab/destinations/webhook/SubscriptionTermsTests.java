package io.doab.destinations.webhook;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which events a subscription wants.
 */
class SubscriptionTermsTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@ParameterizedTest
	@CsvSource({ "payment.authorized, payment.authorized, true", "payment.authorized, payment.authorized.twice, false",
			"payment.*, payment.authorized, true", "payment.*, payment.card.expired, true", "payment.*, payment, false",
			"payment.*, payments.authorized, false", "*, anything.at.all, true" })
	void aPatternIsATypeOrWhatTypesBeginWith(String pattern, String type, boolean wanted) {
		assertThat(new EventTypePattern(pattern).matches(type)).isEqualTo(wanted);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", ".", "*.authorized", "payment*", "payment.**", "payment..x", "pay ment", "payment.*.x" })
	void whatIsNoPatternIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> new EventTypePattern(text));
	}

	@Test
	void allConditionsHaveToHoldAndOneValueOfEachIsEnough() {
		SubscriptionTerms terms = new SubscriptionTerms(URI.create("https://shop.example/hooks?token=s"), null,
				List.of(new EventTypePattern("payment.*")),
				List.of(condition("/customer/country", "[\"GB\", \"FR\"]"), condition("/amount", "[10, true]")), true);
		assertThat(terms.matches("payment.declined", json("{\"customer\":{\"country\":\"FR\"},\"amount\":10.00}")))
			.isTrue();
		assertThat(terms.matches("payment.declined", json("{\"customer\":{\"country\":\"FR\"},\"amount\":true}")))
			.isTrue();
		assertThat(terms.matches("payment.declined", json("{\"customer\":{\"country\":\"DE\"},\"amount\":10}")))
			.isFalse();
		assertThat(terms.matches("payment.declined", json("{\"customer\":{\"country\":\"FR\"},\"amount\":\"10\"}")))
			.isFalse();
		assertThat(terms.matches("payment.declined", json("{\"amount\":10}"))).isFalse();
		assertThat(terms.matches("inventory.reserved", json("{\"customer\":{\"country\":\"FR\"},\"amount\":10}")))
			.isFalse();
		assertThat(terms.loggedUrl()).isEqualTo("https://shop.example");
	}

	private static DataCondition condition(String field, String values) {
		return new DataCondition(field, List.copyOf(json(values).values()));
	}

	private static JsonNode json(String text) {
		return JSON.readTree(text);
	}

}
