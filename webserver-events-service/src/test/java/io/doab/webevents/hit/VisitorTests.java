package io.doab.webevents.hit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Visitors are told apart without keeping who they are.
 */
class VisitorTests {

	@ParameterizedTest
	@CsvSource({ "192.0.2.77, 192.0.2", "192.0.2.77:51234, 192.0.2", "127.1, 127.0.0",
			"2001:db8:85a3:8d3:1319:8a2e:370:7348, 2001:db8:85a3", "2001:DB8:85A3::1, 2001:db8:85a3",
			"2001:0db8:85a3:0000:0000:0000:0000:0001, 2001:db8:85a3", "2001:db8::1, 2001:db8:0",
			"2001:db8:0:0:0:0:0:1, 2001:db8:0", "::1, 0:0:0", "0:0:0:0:0:0:0:1, 0:0:0", "::, 0:0:0",
			"fe80::1%eth0, fe80:0:0", "fe80::1, fe80:0:0" })
	void anAddressIsCutToItsNetworkHoweverItIsWritten(String address, String network) {
		assertThat(ClientNetwork.of(address)).isEqualTo(network);
	}

	@ParameterizedTest
	@ValueSource(strings = { "::ffff:192.0.2.77", "::FFFF:c000:024d", "0:0:0:0:0:ffff:192.0.2.77", "2002:c000:24d::1",
			"64:ff9b::192.0.2.77", "64:ff9b::c000:24d" })
	void anIpv4AddressWithinAnIpv6AddressIsCutAsOne(String address) {
		assertThat(ClientNetwork.of(address)).isEqualTo("192.0.2");
	}

	@ParameterizedTest
	@CsvSource({ "crawl-192-0-2-77.example.com, example.com", "Host.ISP.example.net., isp.example.net",
			"example.com, example.com", "localhost, localhost", "unix:, unix" })
	void aNameLosesItsFirstLabel(String name, String network) {
		assertThat(ClientNetwork.of(name)).isEqualTo(network);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1::2::3", "999.1.1.1", "1.2.3.4.5", ":::", "12345::1", "." })
	void whatIsNeitherIsNobody(String text) {
		assertThat(ClientNetwork.of(text)).isEmpty();
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
