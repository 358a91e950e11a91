package io.doab.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Three Redis servers that form a cluster: each has a third of the slots, and none a
 * replica.
 */
public final class RedisClusterServers implements AutoCloseable {

	private static final int SERVERS = 3;

	private static final int SLOTS = 16_384;

	private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

	private final List<RedisServer> servers;

	private RedisClusterServers(List<RedisServer> servers) {
		this.servers = List.copyOf(servers);
	}

	/**
	 * Starts the servers and waits until they are one cluster.
	 * @param folder where they keep their data and logs
	 */
	public static RedisClusterServers start(Path folder) {
		List<RedisServer> servers = new ArrayList<>();
		List<Integer> busPorts = new ArrayList<>();
		try {
			for (int i = 0; i < SERVERS; i++) {
				int busPort = Ports.free();
				busPorts.add(busPort);
				servers.add(RedisServer.start(Ports.free(), folder.resolve("node-" + i), "--cluster-enabled", "yes",
						"--cluster-port", String.valueOf(busPort), "--cluster-node-timeout", "2000",
						"--cluster-require-full-coverage", "no"));
			}
			RedisClusterServers cluster = new RedisClusterServers(servers);
			cluster.join(busPorts);
			return cluster;
		}
		catch (RuntimeException ex) {
			servers.forEach(RedisServer::close);
			throw ex;
		}
	}

	private void join(List<Integer> busPorts) {
		for (int i = 0; i < SERVERS; i++) {
			RedisServer server = this.servers.get(i);
			require(server.command("CLUSTER", "ADDSLOTSRANGE", String.valueOf(firstSlot(i)),
					String.valueOf(firstSlot(i + 1) - 1)));
			require(server.command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1)));
		}
		for (int i = 1; i < SERVERS; i++) {
			require(this.servers.getFirst()
				.command("CLUSTER", "MEET", "127.0.0.1", String.valueOf(this.servers.get(i).port()),
						String.valueOf(busPorts.get(i))));
		}
		awaitWhole();
	}

	/** Waits until every server knows that all slots are served. */
	public void awaitWhole() {
		for (RedisServer server : this.servers) {
			Readiness.await(server.process(), JOIN_LIMIT, () -> {
				String info = server.text("CLUSTER", "INFO");
				return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS)
						&& info.contains("cluster_known_nodes:" + SERVERS);
			});
		}
	}

	private static int firstSlot(int server) {
		return SLOTS * server / SERVERS;
	}

	private static void require(String reply) {
		if (!reply.equals("+OK")) {
			throw new IllegalStateException("A server did not join the cluster: " + reply);
		}
	}

	public List<RedisServer> servers() {
		return this.servers;
	}

	/** The server that has a slot, as they were shared out at the start. */
	public RedisServer ofSlot(int slot) {
		return this.servers.get(IntStream.range(0, SERVERS)
			.filter((i) -> slot >= firstSlot(i) && slot < firstSlot(i + 1))
			.findFirst()
			.orElseThrow());
	}

	@Override
	public void close() {
		this.servers.forEach(RedisServer::close);
	}

}
