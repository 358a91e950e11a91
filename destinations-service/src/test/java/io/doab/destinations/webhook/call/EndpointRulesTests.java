package io.doab.destinations.webhook.call;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Which URLs are taken.
 */
class EndpointRulesTests {

	private final EndpointRules rules = rules(false, Set.of());

	private static EndpointRules rules(boolean http, Set<Integer> ports) {
		return new EndpointRules(http, ports,
				new GuardedLookup(EndpointRulesTests::lookup, new AddressRules(List.of())));
	}

	private static List<InetAddress> lookup(String host) throws UnknownHostException {
		return switch (host) {
			case "shop.example" -> List.of(InetAddress.ofLiteral("93.184.216.34"));
			case "both.example" -> List.of(InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("10.0.0.1"));
			case "localhost", "metadata.example" -> List.of(InetAddress.ofLiteral("169.254.169.254"));
			case "nowhere.example" -> throw new UnknownHostException(host);
			default -> List.of(InetAddress.ofLiteral(host));
		};
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example", "https://shop.example/hooks?token=a%20b",
			"HTTPS://shop.example:8443/", "https://8.8.8.8/", "https://[2606:4700::1111]:8443/x" })
	void anEncryptedEndpointOnThePublicInternetIsTaken(String url) {
		assertThatNoException().isThrownBy(() -> this.rules.require(url));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://shop.example", "ftp://shop.example", "shop.example", "//shop.example", "",
			"https:", "https:///x", "https://user@shop.example", "https://user:secret@shop.example",
			"https://@shop.example", "https://shop.example#@8.8.8.8", "https://shop.example/#x", "https://2130706433/",
			"https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://017700000001/", "https://0177.0.0.1/",
			"https://1.1.1.0x1/", "https://8.8.8.8.8/", "https://256.1.1.1/", "https://08.8.8.8/",
			"https://shop.example./", "https://shop_a.example/", "https://-shop.example/", "https://sh\u00f6p.example/",
			"https://shop.example:0/", "https://shop.example:65536/", "https://shop.example:x/",
			"https://shop.example\\@8.8.8.8/", "https://shop.example /", "https://shop.example/\r\nx",
			"https://[::1%25eth0]/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
			"https://127.0.0.1/", "https://10.0.0.1:8443/", "https://localhost/", "https://metadata.example/",
			"https://both.example/", "https://nowhere.example/", "file:///etc/passwd", "javascript:alert(1)" })
	void whatIsNotPublicOrCanBeReadInTwoWaysIsRefused(String url) {
		assertThatExceptionOfType(RefusedEndpointException.class).isThrownBy(() -> this.rules.require(url))
			.satisfies((refusal) -> assertThat(refusal.getMessage()).matches("(must|has) .+")
				.doesNotContain("10.0.0.1")
				.doesNotContain("secret"));
	}

	@Test
	void aUrlHasABoundedLength() {
		assertThatExceptionOfType(RefusedEndpointException.class)
			.isThrownBy(() -> this.rules.require("https://shop.example/" + "x".repeat(2_048)))
			.withMessage("must have at most 2048 characters");
	}

	@Test
	void whatIsAllowedByConfigurationIsTaken() {
		assertThatNoException()
			.isThrownBy(() -> rules(true, Set.of(80, 8443)).require("http://shop.example:8443/hooks"));
		assertThatNoException().isThrownBy(() -> rules(true, Set.of(80)).require("http://shop.example"));
		assertThatExceptionOfType(RefusedEndpointException.class)
			.isThrownBy(() -> rules(true, Set.of(80)).require("https://shop.example"))
			.withMessage("has a port that is not among the allowed ones");
	}

}
