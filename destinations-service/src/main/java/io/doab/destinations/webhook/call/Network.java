package io.doab.destinations.webhook.call;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A network, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
 *
 * @param prefixLength how many of the first bits of an address decide
 */
record Network(InetAddress address, int prefixLength) {

	Network {
		int bits = address.getAddress().length * Byte.SIZE;
		if (prefixLength < 0 || prefixLength > bits) {
			throw new IllegalArgumentException("prefix length " + prefixLength + " must be 0 to " + bits);
		}
	}

	/**
	 * Reads a network in CIDR notation; a single address is one of its own. Asks no name
	 * server.
	 * @throws IllegalArgumentException when it is none
	 */
	static Network parse(String text) {
		try {
			int slash = text.indexOf('/');
			InetAddress address = InetAddress.ofLiteral((slash < 0) ? text : text.substring(0, slash));
			return new Network(address, (slash < 0) ? address.getAddress().length * Byte.SIZE
					: Integer.parseInt(text.substring(slash + 1)));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'" + text + "' is no network: write it as 10.1.0.0/16 or fd00:1::/32 (" + ex.getMessage() + ")",
					ex);
		}
	}

	boolean contains(InetAddress other) {
		byte[] mine = this.address.getAddress();
		byte[] theirs = other.getAddress();
		int whole = this.prefixLength / Byte.SIZE;
		if (mine.length != theirs.length || Arrays.mismatch(mine, 0, whole, theirs, 0, whole) >= 0) {
			return false;
		}
		int rest = this.prefixLength % Byte.SIZE;
		return rest == 0 || ((mine[whole] ^ theirs[whole]) & (0xff << (Byte.SIZE - rest)) & 0xff) == 0;
	}

}
