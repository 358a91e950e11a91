package io.doab.webevents.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Visitors are told apart without keeping who they are.
 */
class VisitorTests {

	@ParameterizedTest
	@CsvSource({ "192.0.2.77, 192.0.2", "2001:db8:85a3:8d3:1319:8a2e:370:7348, 2001:db8:85a3", "2001:db8::1, 2001:db8",
			"::1, ''", "crawl.example.com, crawl.example.com" })
	void anAddressIsCutToItsNetwork(String address, String network) {
		assertThat(Visitor.shorten(address)).isEqualTo(network);
	}

	@Test
	void aVisitorIsANetworkWithAnAgent() {
		assertThat(Visitor.of("192.0.2.1", "A")).isEqualTo(Visitor.of("192.0.2.200", "A"))
			.isNotEqualTo(Visitor.of("192.0.2.1", "B"))
			.isNotEqualTo(Visitor.of("192.0.3.1", "A"))
			.isNotEqualTo(Visitor.of("192.0.2.1", null))
			.doesNotContain("192");
	}

}
