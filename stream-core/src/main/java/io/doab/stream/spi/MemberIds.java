package io.doab.stream.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names of members by which an operator finds their process.
 */
public final class MemberIds {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int LONGEST_HOST = 60;

	private static final String HOST = host();

	private MemberIds() {
	}

	/** Host, process and a random part: letters, digits, dots and dashes. */
	public static String next() {
		byte[] random = new byte[6];
		RANDOM.nextBytes(random);
		return HOST + "-" + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
	}

	private static String host() {
		try {
			String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
			return host.isEmpty() ? "host" : host.substring(0, Math.min(host.length(), LONGEST_HOST));
		}
		catch (UnknownHostException ex) {
			return "host";
		}
	}

}
