package io.doab.webevents.web;

import java.util.Arrays;

import io.doab.stream.EventIds;

import org.jspecify.annotations.Nullable;

/**
 * Tells visitors apart without keeping who they are: by the network of the client's
 * address and by the agent. Of an IPv4 address the last 8 bits are dropped, of an IPv6
 * address all but the first 48.
 */
final class Visitor {

	private Visitor() {
	}

	static String of(String clientIp, @Nullable String userAgent) {
		return EventIds.derive("visitor", shorten(clientIp), (userAgent != null) ? userAgent : "");
	}

	static String shorten(String clientIp) {
		int lastDot = clientIp.lastIndexOf('.');
		if (clientIp.indexOf(':') < 0) {
			boolean address = lastDot > 0 && clientIp.chars().allMatch((c) -> c == '.' || (c >= '0' && c <= '9'));
			return address ? clientIp.substring(0, lastDot) : clientIp;
		}
		String[] groups = clientIp.split("::", 2)[0].split(":", -1);
		return String.join(":", Arrays.copyOf(groups, Math.min(3, groups.length)));
	}

}
