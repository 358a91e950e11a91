package io.doab.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Ports of the loopback address. */
public final class Ports {

	private static final int LOWEST = 20_000;

	private static final int HIGHEST = 32_000;

	private static final int ATTEMPTS = 1_000;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private Ports() {
	}

	/**
	 * A port that nobody listened on a moment ago, and that was not given out here
	 * before. Below those that systems give to connections, for one of these may come
	 * before whoever is to listen.
	 */
	public static int free() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			if (!isTaken(port) && GIVEN.add(port)) {
				return port;
			}
		}
		throw new IllegalStateException("No free port was found between " + LOWEST + " and " + HIGHEST);
	}

	/** Whether somebody listens on the port, on any address of this machine. */
	public static boolean isTaken(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(port));
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/**
	 * Who looks for a free port takes it for a moment, and so does who has just ended:
	 * what is taken is looked at again.
	 */
	static void requireFree(String server, int port) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (isTaken(port)) {
			if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
				throw new IllegalStateException(server + " cannot start: port " + port + " is taken");
			}
			LockSupport.parkNanos(PATIENCE.toNanos() / 20);
		}
	}

}
