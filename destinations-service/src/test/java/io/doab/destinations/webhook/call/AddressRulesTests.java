package io.doab.destinations.webhook.call;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which addresses are public.
 */
class AddressRulesTests {

	private final AddressRules rules = new AddressRules(List.of());

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
			"127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
			"192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
			"239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1",
			"64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1",
			"2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1",
			"fe80::1", "fec0::1", "ff02::1", "ff0e::1" })
	void whatIsPrivateLocalOrForNobodyIsNotCalled(String address) {
		assertThat(this.rules.permits(InetAddress.ofLiteral(address))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
			"126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1",
			"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
			"2a00:1450:4001::1", "2001:200::1", "64:ff9b::8.8.8.8" })
	void whatIsPublicIs(String address) {
		assertThat(this.rules.permits(InetAddress.ofLiteral(address))).isTrue();
	}

	/** Java makes an IPv4 address of it where it can; not where a scope is given. */
	@Test
	void ofAMappedAddressTheOneBehindItDecides() throws UnknownHostException {
		byte[] loopback = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1 };
		byte[] open = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 8, 8, 8, 8 };
		assertThat(this.rules.permits(Inet6Address.getByAddress(null, loopback, 1))).isFalse();
		assertThat(this.rules.permits(Inet6Address.getByAddress(null, open, 1))).isTrue();
	}

	@Test
	void whatIsAllowedIsCalledWhateverItIsAndNothingBesideIt() {
		AddressRules open = new AddressRules(List.of("127.0.0.0/8", "10.1.2.0/23", "192.168.0.7", "fd00:1::/33"));
		assertThat(List.of("127.0.0.1", "10.1.3.255", "192.168.0.7", "fd00:1:7fff::1", "8.8.8.8"))
			.allMatch((address) -> open.permits(InetAddress.ofLiteral(address)));
		assertThat(List.of("10.1.4.0", "10.1.1.255", "192.168.0.8", "fd00:1:8000::1", "::1"))
			.noneMatch((address) -> open.permits(InetAddress.ofLiteral(address)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "fd00::/129", "" })
	void whatIsNoNetworkIsSaidToBeNone(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> new AddressRules(List.of(text)))
			.withMessageStartingWith("'" + text + "' is no network: write it as 10.1.0.0/16");
	}

}
