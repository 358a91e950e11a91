package io.doab.conformance;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.servers.TcpProxy;

/**
 * The same faults on all ways of a network that leads to several servers.
 */
public record FaultsOfAll(List<Faults> ways) implements Faults {

	public FaultsOfAll {
		ways = List.copyOf(ways);
	}

	public static Faults of(Collection<TcpProxy> proxies) {
		return new FaultsOfAll(proxies.stream().<Faults>map(ProxyFaults::new).toList());
	}

	@Override
	public void cut() {
		all(Faults::cut);
	}

	@Override
	public void refuse() {
		all(Faults::refuse);
	}

	@Override
	public void swallowReplies() {
		all(Faults::swallowReplies);
	}

	@Override
	public void restore() {
		all(Faults::restore);
	}

	/** Counted for each server, done for the first. */
	@Override
	public void beforeRequest(int count, Runnable action) {
		AtomicBoolean done = new AtomicBoolean();
		all((faults) -> faults.beforeRequest(count, () -> {
			if (!done.getAndSet(true)) {
				action.run();
			}
		}));
	}

	private void all(Consumer<Faults> fault) {
		this.ways.forEach(fault);
	}

}
