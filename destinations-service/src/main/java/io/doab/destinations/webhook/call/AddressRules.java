package io.doab.destinations.webhook.call;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those that are reachable over the public Internet by the
 * special-purpose address registries of IANA, and what is allowed beyond. Of an IPv6
 * address that stands for an IPv4 address the latter decides.
 */
public final class AddressRules {

	/**
	 * This network, private use, shared (CGNAT), loopback, link-local, protocol
	 * assignments, documentation, AMT and 6to4 relays, benchmarks, multicast, reserved
	 * and broadcast.
	 */
	private static final List<Network> NOT_PUBLIC_IPV4 = networks("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
			"127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.52.193.0/24",
			"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
			"240.0.0.0/4");

	/**
	 * All global unicast addresses; what is private, local or a multicast is elsewhere.
	 */
	private static final Network GLOBAL_IPV6 = Network.parse("2000::/3");

	/** Protocol assignments (Teredo, ORCHID, benchmarks), documentation, 6to4. */
	private static final List<Network> NOT_PUBLIC_IPV6 = networks("2001::/23", "2001:db8::/32", "2002::/16",
			"3fff::/20");

	/** The well-known prefix of NAT64; the last four bytes are an IPv4 address. */
	private static final Network NAT64 = Network.parse("64:ff9b::/96");

	private static final byte[] MAPPED = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1 };

	private final List<Network> allowed;

	/**
	 * Rules with exceptions.
	 * @param allowed networks in CIDR notation that may be called whatever they are
	 * @throws IllegalArgumentException when one is no network
	 */
	public AddressRules(Collection<String> allowed) {
		this.allowed = allowed.stream().map(Network::parse).toList();
	}

	/** Whether an address may be called. */
	public boolean permits(InetAddress address) {
		InetAddress plain = isMapped(address) ? embedded(address) : address;
		return isIn(this.allowed, plain) || isPublic(plain);
	}

	private static boolean isPublic(InetAddress address) {
		if (!(address instanceof Inet6Address)) {
			return !isIn(NOT_PUBLIC_IPV4, address);
		}
		if (NAT64.contains(address)) {
			return isPublic(embedded(address));
		}
		return GLOBAL_IPV6.contains(address) && !isIn(NOT_PUBLIC_IPV6, address);
	}

	/** Java turns such an address into one of IPv4 on most of its ways, not on all. */
	private static boolean isMapped(InetAddress address) {
		byte[] bytes = address.getAddress();
		return bytes.length > MAPPED.length && Arrays.mismatch(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length) < 0;
	}

	private static InetAddress embedded(InetAddress address) {
		byte[] bytes = address.getAddress();
		try {
			return InetAddress.getByAddress(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("Four bytes are an address", ex);
		}
	}

	private static boolean isIn(List<Network> networks, InetAddress address) {
		return networks.stream().anyMatch((network) -> network.contains(address));
	}

	private static List<Network> networks(String... texts) {
		return Stream.of(texts).map(Network::parse).toList();
	}

}
