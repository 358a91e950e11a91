package io.doab.destinations.webhook.call;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a host and checks every address that it has. The client connects to what comes
 * out of here and does not ask again, so that a name whose address changes between check
 * and use (DNS rebinding) leads nowhere else.
 */
public final class GuardedLookup implements DnsResolver {

	/**
	 * A client tries one after the other: more would add up to more than its time limit.
	 */
	private static final int MAX_TRIED = 2;

	private final HostLookup lookup;

	private final AddressRules rules;

	public GuardedLookup(HostLookup lookup, AddressRules rules) {
		this.lookup = lookup;
		this.rules = rules;
	}

	/**
	 * The addresses to call.
	 * @throws UnknownHostException when the host has none, or one of them must not be
	 * called
	 */
	@Override
	public InetAddress[] resolve(String host) throws UnknownHostException {
		List<InetAddress> addresses = this.lookup.addresses(host);
		if (!addresses.stream().allMatch(this.rules::permits)) {
			throw new RefusedAddressException();
		}
		return addresses.stream().limit(MAX_TRIED).toArray(InetAddress[]::new);
	}

	@Override
	public String resolveCanonicalHostname(String host) {
		return host;
	}

}
