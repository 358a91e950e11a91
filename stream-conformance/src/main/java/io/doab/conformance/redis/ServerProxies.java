package io.doab.conformance.redis;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.FaultsOfAll;
import io.doab.servers.TcpProxy;

/**
 * The proxies before servers that tell their clients of each other: for each network, one
 * before each server. A client takes the way through them that knows which port stands
 * for which, as behind an address translation.
 */
final class ServerProxies implements AutoCloseable {

	/** By the port of the server that each leads to. */
	private final Map<Network, Map<Integer, TcpProxy>> proxies = new EnumMap<>(Network.class);

	ServerProxies(Collection<Integer> ports) {
		for (Network network : Network.values()) {
			Map<Integer, TcpProxy> ofNetwork = new LinkedHashMap<>();
			ports.forEach((port) -> ofNetwork.put(port, TcpProxy.start(0, port)));
			this.proxies.put(network, ofNetwork);
		}
	}

	/** Each server's port and that of the proxy before it: {@code 7001=30123,…}. */
	String ports(Network network) {
		return of(network).entrySet()
			.stream()
			.map((proxy) -> proxy.getKey() + "=" + proxy.getValue().port())
			.collect(Collectors.joining(","));
	}

	private Map<Integer, TcpProxy> of(Network network) {
		return Objects.requireNonNull(this.proxies.get(network));
	}

	/** The same happens to all servers. */
	Faults faults(Network network) {
		return FaultsOfAll.of(of(network).values());
	}

	@Override
	public void close() {
		this.proxies.values().forEach((ofNetwork) -> ofNetwork.values().forEach(TcpProxy::close));
	}

}
