package io.doab.webevents.hit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;

/**
 * What is kept of a client: of an IPv4 address all but the last 8 bits, of an IPv6
 * address the first 48, of a host name all but its first label. However a network is
 * written, it is the same; nothing is ever looked up.
 *
 * <p>
 * An IPv6 address in whose first 48 bits, or behind whose well-known prefix, an IPv4
 * address stands (mapped, 6to4, NAT64) is shortened as that one.
 */
final class ClientNetwork {

	/** Neither an address nor a name. */
	private static final String UNKNOWN = "";

	private static final int IPV4_BYTES = 4;

	/** Of 6to4, RFC 3056: the IPv4 address follows. */
	private static final int SIX_TO_FOUR = 0x2002;

	private ClientNetwork() {
	}

	/** The network of an address or host name as a server has logged it. */
	static String of(String client) {
		String host = withoutPort(withoutZone(client));
		boolean address = host.indexOf(':') >= 0 || host.chars().noneMatch((c) -> c != '.' && (c < '0' || c > '9'));
		return address ? ofAddress(host) : ofName(host);
	}

	private static String withoutZone(String client) {
		int zone = client.indexOf('%');
		return (zone < 0) ? client : client.substring(0, zone);
	}

	/** Behind a colon that is the only one. */
	private static String withoutPort(String client) {
		int colon = client.indexOf(':');
		return (colon < 0 || client.indexOf(':', colon + 1) >= 0) ? client : client.substring(0, colon);
	}

	private static String ofAddress(String literal) {
		try {
			InetAddress address = InetAddress.ofLiteral(literal);
			byte[] bytes = address.getAddress();
			return (address instanceof Inet4Address) ? ipv4(bytes, 0) : ipv6(bytes);
		}
		catch (IllegalArgumentException ex) {
			return UNKNOWN;
		}
	}

	private static String ipv6(byte[] bytes) {
		if (group(bytes, 0) == SIX_TO_FOUR) {
			return ipv4(bytes, 2);
		}
		if (isNat64(bytes)) {
			return ipv4(bytes, bytes.length - IPV4_BYTES);
		}
		return hex(bytes, 0) + ":" + hex(bytes, 1) + ":" + hex(bytes, 2);
	}

	/** The prefix 64:ff9b::/96 of RFC 6052. */
	private static boolean isNat64(byte[] bytes) {
		return group(bytes, 0) == 0x64 && group(bytes, 1) == 0xff9b && group(bytes, 2) == 0 && group(bytes, 3) == 0
				&& group(bytes, 4) == 0 && group(bytes, 5) == 0;
	}

	private static String ipv4(byte[] bytes, int at) {
		return (bytes[at] & 0xff) + "." + (bytes[at + 1] & 0xff) + "." + (bytes[at + 2] & 0xff);
	}

	private static int group(byte[] bytes, int number) {
		return (bytes[2 * number] & 0xff) << 8 | (bytes[2 * number + 1] & 0xff);
	}

	private static String hex(byte[] bytes, int number) {
		return Integer.toHexString(group(bytes, number));
	}

	/** The first label names the machine, where there are more than two. */
	private static String ofName(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		String trimmed = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
		int first = trimmed.indexOf('.');
		return (first >= 0 && trimmed.indexOf('.', first + 1) >= 0) ? trimmed.substring(first + 1) : trimmed;
	}

}
