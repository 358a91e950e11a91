package io.doab.stream.rest;

import java.util.List;

import io.doab.stream.Event;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a CloudEvent says about itself in headers.
 */
class CloudEventAttributesTests {

	private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			plain                  | plain
			Euro%20%E2%82%AC%20%F0%9F%98%80 | Euro \u20ac \ud83d\ude00
			%c3%a9                 | \u00e9
			100%                   | 100%
			%zz%4                  | %zz%4
			%2541                  | %41
			"in \\"quotes\\" %41"   | in "quotes" A
			"                      | "
			""")
	void headersAreDecodedOnce(String value, String decoded) {
		assertThat(CloudEventHeader.decode(value)).isEqualTo(decoded);
	}

	@Test
	void attributesAreReadFromDecodedHeaders() {
		CloudEventAttributes attributes = CloudEventAttributes.ofHeaders(request("caf%C3%A9", TRACE));
		assertThat(attributes.id()).isEqualTo("caf\u00e9");
		assertThat(attributes.type()).isEqualTo("order.paid");
		assertThat(attributes.applyTo(Event.of("payment.charge", "k", "data")).headers()).containsEntry("traceparent",
				TRACE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00", "x", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
			"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more" })
	void aTraceThatIsNoneIsPassedOver(String traceParent) {
		assertThat(CloudEventAttributes.ofHeaders(request("id", traceParent)).traceParent()).isNull();
	}

	@Test
	void whatIsMissingIsNamed() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("ce-specversion", "1.0");
		RequestProblem problem = catchThrowableOfType(RequestProblem.class,
				() -> CloudEventAttributes.ofHeaders(request));
		assertThat(problem.fields().stream().map(FieldProblem::pointer)).isEqualTo(List.of("id", "source", "type"));
	}

	private static MockHttpServletRequest request(String id, @Nullable String traceParent) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("ce-specversion", "1.0");
		request.addHeader("ce-id", id);
		request.addHeader("ce-source", "/shop");
		request.addHeader("ce-type", "order.paid");
		if (traceParent != null) {
			request.addHeader("ce-traceparent", traceParent);
		}
		return request;
	}

}
