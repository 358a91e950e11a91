package io.doab.destinations.webhook.call;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The system's resolver, on threads of its own and with a time limit: it blocks its
 * thread in native code, where a virtual thread would hold up others. There is one
 * question per host at a time, whoever asks for it, so a name server that hangs costs a
 * thread per host.
 */
public final class SystemHostLookup implements HostLookup, AutoCloseable {

	private final Duration timeout;

	private final ExecutorService threads = Executors
		.newCachedThreadPool(Thread.ofPlatform().daemon().name("webhook-lookup-", 0).factory());

	private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

	public SystemHostLookup(Duration timeout) {
		this.timeout = timeout;
	}

	@Override
	public List<InetAddress> addresses(String host) throws UnknownHostException {
		try {
			return List.of(question(host).get(this.timeout.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnknownHostException("interrupted");
		}
		catch (ExecutionException | TimeoutException ex) {
			UnknownHostException unknown = new UnknownHostException("no address within " + this.timeout);
			unknown.initCause(ex);
			throw unknown;
		}
	}

	private CompletableFuture<InetAddress[]> question(String host) {
		CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
		CompletableFuture<InetAddress[]> before = this.underWay.putIfAbsent(host, mine);
		if (before != null) {
			return before;
		}
		this.threads.execute(() -> {
			try {
				InetAddress[] addresses = InetAddress.getAllByName(host);
				this.underWay.remove(host);
				mine.complete(addresses);
			}
			catch (UnknownHostException | RuntimeException ex) {
				this.underWay.remove(host);
				mine.completeExceptionally(ex);
			}
		});
		return mine;
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
