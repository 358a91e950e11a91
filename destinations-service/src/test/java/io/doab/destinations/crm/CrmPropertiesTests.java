package io.doab.destinations.crm;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Wrong settings end the start with the name of the property.
 */
class CrmPropertiesTests {

	private static void start(String url, @Nullable String token, CrmProperties.@Nullable OAuth2 oauth2,
			CrmProperties.Call call) {
		CrmConfiguration.destination(
				new CrmProperties(URI.create(url), token, oauth2, Duration.ofSeconds(1), Duration.ofSeconds(1),
						Duration.ofMinutes(1), Map.of("a.type", call)),
				JsonMapper.builder().build(), Clock.systemUTC());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			GET  | /events       | /id  | destinations.crm.mapping[a.type].method 'GET' must be one of
			POST | events        | /id  | destinations.crm.mapping[a.type].path 'events' must begin with a slash
			POST | /{data}       | /id  | destinations.crm.mapping[a.type].path '/{data}' must have JSON pointers
			POST | /a b          | /id  | destinations.crm.mapping[a.type].path '/a b' must have letters, digits
			POST | /events?a={/id} | /id | destinations.crm.mapping[a.type].path
			POST | /events       | id   | destinations.crm.mapping[a.type].body[field] 'id' must have JSON pointers
			""")
	void aWrongMappingIsNamed(String method, String path, String pointer, String message) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> start("http://localhost/crm", null, null,
					new CrmProperties.Call(method, path, Map.of("field", pointer), List.of())))
			.withMessageStartingWith(message);
	}

	@Test
	void aWrongAddressAndTwoTokensAreNamed() {
		CrmProperties.Call call = new CrmProperties.Call("POST", "/events", Map.of(), List.of());
		assertThatIllegalArgumentException().isThrownBy(() -> start("ftp://crm.example", null, null, call))
			.withMessageStartingWith("destinations.crm.url must be an address");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> start("https://user:secret@crm.example", null, null, call))
			.withMessageStartingWith("destinations.crm.url must have no user");
		CrmProperties.OAuth2 oauth2 = new CrmProperties.OAuth2(URI.create("http://localhost/token"), "id", "secret",
				"");
		assertThatIllegalArgumentException().isThrownBy(() -> start("https://crm.example", "token", oauth2, call))
			.withMessageStartingWith("destinations.crm.token and destinations.crm.oauth2 are both set");
		assertThat(oauth2.toString()).doesNotContain("secret");
	}

	@ParameterizedTest
	@CsvSource({ "120, 120", "0, 0", "100000000, 600", "'Sat, 31 Jan 2026 12:01:00 GMT', 60",
			"'Sat, 31 Jan 2026 11:00:00 GMT', 0", "soon, 0", "-5, 0", "'', 0" })
	void secondsAndDatesAreReadAndBounded(String header, long seconds) {
		assertThat(RetryAfterHeader.read(header, Instant.parse("2026-01-31T12:00:00Z"), Duration.ofMinutes(10)))
			.isEqualTo(Duration.ofSeconds(seconds));
	}

}
