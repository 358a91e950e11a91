package io.doab.conformance;

import io.doab.servers.TcpProxy;

/**
 * Faults of a network that leads through a proxy.
 */
public record ProxyFaults(TcpProxy proxy) implements BackendFixture.Faults {

	@Override
	public void cut() {
		this.proxy.cut();
	}

	@Override
	public void refuse() {
		this.proxy.refuse();
	}

	@Override
	public void swallowReplies() {
		this.proxy.swallowReplies();
	}

	@Override
	public void restore() {
		this.proxy.restore();
	}

	@Override
	public void beforeRequest(int count, Runnable action) {
		this.proxy.beforeRequest(count, action);
	}

}
