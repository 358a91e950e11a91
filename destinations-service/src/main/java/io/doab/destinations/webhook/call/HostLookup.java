package io.doab.destinations.webhook.call;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a host. */
@FunctionalInterface
public interface HostLookup {

	/**
	 * All addresses of a name, or of the address that it is; at least one. May block.
	 * @throws UnknownHostException when it has none, or nobody answered in time
	 */
	List<InetAddress> addresses(String host) throws UnknownHostException;

}
