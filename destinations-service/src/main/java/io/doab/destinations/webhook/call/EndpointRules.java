package io.doab.destinations.webhook.call;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which URLs may be called. A host is a name of letters, digits and hyphens, or an
 * address in its usual form: what different programs read as different hosts is refused.
 */
public final class EndpointRules {

	private static final int MAX_LENGTH = 2_048;

	private static final int MAX_PORT = 65_535;

	private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

	private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]+]");

	private static final Pattern NAME = Pattern.compile(
			"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

	/** A last label that some programs take for a part of an IPv4 address. */
	private static final Pattern NUMBER = Pattern.compile("(\\d+|0[xX][0-9A-Fa-f]*)");

	private final boolean allowHttp;

	private final Set<Integer> allowedPorts;

	private final GuardedLookup lookup;

	/**
	 * Rules of these settings.
	 * @param allowHttp whether unencrypted calls are allowed
	 * @param allowedPorts empty for all
	 */
	public EndpointRules(boolean allowHttp, Set<Integer> allowedPorts, GuardedLookup lookup) {
		this.allowHttp = allowHttp;
		this.allowedPorts = Set.copyOf(allowedPorts);
		this.lookup = lookup;
	}

	/**
	 * Reads a URL and asks for its host. Blocks.
	 * @throws RefusedEndpointException when it must not be called, or has no address
	 */
	public URI require(String text) throws RefusedEndpointException {
		URI url = requireForm(text);
		try {
			var _ = this.lookup.resolve(host(url));
		}
		catch (RefusedAddressException ex) {
			throw new RefusedEndpointException("has a host that " + ex.getMessage());
		}
		catch (UnknownHostException ex) {
			throw new RefusedEndpointException("has a host that has no address");
		}
		return url;
	}

	/**
	 * Reads a URL, without asking for its host.
	 * @throws RefusedEndpointException when it must not be called
	 */
	URI requireForm(String text) throws RefusedEndpointException {
		require(text.length() <= MAX_LENGTH, "must have at most " + MAX_LENGTH + " characters");
		URI url = parse(text);
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		require(scheme.equals("https") || (scheme.equals("http") && this.allowHttp),
				this.allowHttp ? "must start with https:// or http://" : "must start with https://");
		require(url.getRawUserInfo() == null && !String.valueOf(url.getRawAuthority()).contains("@"),
				"must have no user name or password: deliveries are signed instead");
		require(url.getRawFragment() == null, "must have no fragment (#)");
		requireHost(url.getHost());
		int port = port(url);
		require(port > 0 && port <= MAX_PORT, "has a port that is none");
		require(this.allowedPorts.isEmpty() || this.allowedPorts.contains(port),
				"has a port that is not among the allowed ones");
		return url;
	}

	private static URI parse(String text) throws RefusedEndpointException {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			throw new RefusedEndpointException("must be a URL such as https://example.com/webhooks");
		}
	}

	private static void requireHost(String host) throws RefusedEndpointException {
		require(host != null, "must name a host, in ASCII (an international name as xn--…)");
		if (IPV6.matcher(host).matches() || IPV4.matcher(host).matches()) {
			return;
		}
		require(NAME.matcher(host).matches(), "must name a host of letters, digits, hyphens and dots");
		require(!NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches(),
				"has a host that looks like an address in an unusual form: write four decimal numbers");
	}

	private static void require(boolean condition, String otherwise) throws RefusedEndpointException {
		if (!condition) {
			throw new RefusedEndpointException(otherwise);
		}
	}

	/** The host without the brackets of an IPv6 address. */
	static String host(URI url) {
		String host = url.getHost();
		return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
	}

	static int port(URI url) {
		return (url.getPort() >= 0) ? url.getPort() : ("https".equalsIgnoreCase(url.getScheme()) ? 443 : 80);
	}

}
