package io.doab.destinations.webhook.call;

import java.net.UnknownHostException;

/** A host has an address that must not be called. Which, is not said. */
final class RefusedAddressException extends UnknownHostException {

	private static final long serialVersionUID = 1L;

	RefusedAddressException() {
		super("has an address that is not public; destinations.webhooks.allowed-networks names what may be called"
				+ " all the same");
	}

}
