package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A proxy between a client and a server that can cut connections, refuse new ones,
 * swallow replies and lead to another server, so that a test can have the network it
 * needs.
 */
public final class TcpProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile int target;

	private volatile boolean refusing;

	private volatile boolean swallowingReplies;

	private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();

	/** What a trap does is wholly before a {@link #restore()}, or is not done. */
	private final ReentrantLock springing = new ReentrantLock();

	private TcpProxy(ServerSocket listener, int target) {
		this.listener = listener;
		this.target = target;
		this.threads.execute(this::acceptAll);
	}

	/**
	 * Starts a proxy to a port of the loopback address.
	 * @param port where to listen, 0 for any
	 * @param target the server's port
	 */
	public static TcpProxy start(int port, int target) {
		try {
			return new TcpProxy(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	/** Ends all connections; new ones are taken. */
	public void cut() {
		this.sockets.forEach(TcpProxy::closeQuietly);
	}

	/** Ends all connections and takes none until {@link #restore()}. */
	public void refuse() {
		this.refusing = true;
		cut();
	}

	/**
	 * From now on requests reach the server and its replies do not reach the client,
	 * until {@link #restore()}.
	 */
	public void swallowReplies() {
		this.swallowingReplies = true;
	}

	/**
	 * Lets everything through again, and forgets what was still to be done
	 * {@linkplain #beforeRequest before a request}. When replies were swallowed all
	 * connections are cut: no network loses what is in the middle of one.
	 */
	public void restore() {
		this.springing.lock();
		try {
			this.trap.set(null);
			this.refusing = false;
			if (this.swallowingReplies) {
				this.swallowingReplies = false;
				cut();
			}
		}
		finally {
			this.springing.unlock();
		}
	}

	/**
	 * Does something when clients have sent so many more times, before what they sent
	 * last is passed on. Replaces what was asked for before, and is forgotten by
	 * {@link #restore()}.
	 * @param count 1 for the next time
	 */
	public void beforeRequest(int count, Runnable action) {
		this.trap.set(new Trap(new AtomicInteger(count), action));
	}

	/**
	 * Leads new connections to another port and cuts the present ones, as a failover
	 * does.
	 */
	public void redirect(int newTarget) {
		leadTo(newTarget);
		cut();
	}

	/** Leads new connections to another port; the present ones stay where they are. */
	public void leadTo(int newTarget) {
		this.target = newTarget;
	}

	@Override
	public void close() {
		this.refusing = true;
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
		this.threads.shutdownNow();
	}

	private void acceptAll() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				if (this.refusing) {
					closeQuietly(client);
					continue;
				}
				this.threads.execute(() -> connect(client));
			}
			catch (IOException ex) {
				// The listener was closed, or one client went away while it came: the
				// next one matters.
			}
		}
	}

	private void connect(Socket client) {
		Socket server = new Socket();
		try {
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.target), 2_000);
		}
		catch (IOException ex) {
			closeQuietly(client);
			closeQuietly(server);
			return;
		}
		this.sockets.add(client);
		this.sockets.add(server);
		if (this.refusing) {
			// It was under way when the others were ended.
			closeQuietly(client);
			closeQuietly(server);
		}
		this.threads.execute(() -> pump(client, server, false));
		this.threads.execute(() -> pump(server, client, true));
	}

	private void pump(Socket from, Socket to, boolean replies) {
		byte[] buffer = new byte[64 * 1024];
		boolean swallowed = false;
		try {
			for (int read = from.getInputStream().read(buffer); read >= 0; read = from.getInputStream().read(buffer)) {
				if (!replies) {
					spring();
				}
				// What comes between the end of swallowing and the cut is swallowed as
				// well.
				swallowed |= replies && this.swallowingReplies;
				if (!swallowed) {
					to.getOutputStream().write(buffer, 0, read);
				}
			}
		}
		catch (IOException ex) {
			// Either side went away: both are closed below.
		}
		finally {
			closeQuietly(from);
			closeQuietly(to);
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private void spring() {
		Trap set = this.trap.get();
		if (set != null && set.left().decrementAndGet() == 0) {
			this.springing.lock();
			try {
				if (this.trap.compareAndSet(set, null)) {
					set.action().run();
				}
			}
			finally {
				this.springing.unlock();
			}
		}
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is gone either way.
		}
	}

	private record Trap(AtomicInteger left, Runnable action) {

	}

}
