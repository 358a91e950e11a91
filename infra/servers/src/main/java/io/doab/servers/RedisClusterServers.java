package io.doab.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Three Redis servers that form a cluster: each has a third of the slots. They are alone,
 * or a replica follows each of them.
 */
public final class RedisClusterServers implements AutoCloseable {

	private static final int MASTERS = 3;

	private static final int SLOTS = 16_384;

	private static final Pattern FOLLOWED = Pattern.compile("^slave0:.*state=online,offset=[1-9]", Pattern.MULTILINE);

	private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

	private final List<RedisServer> servers;

	private RedisClusterServers(List<RedisServer> servers) {
		this.servers = List.copyOf(servers);
	}

	/**
	 * Starts three servers and waits until they are one cluster. One that is away takes
	 * its own slots away, and no others.
	 * @param folder where they keep their data and logs
	 */
	public static RedisClusterServers start(Path folder) {
		return start(folder, 0, "--cluster-require-full-coverage", "no");
	}

	/**
	 * Starts three servers with a replica each, and waits until they are one cluster in
	 * step. As is Redis's default, all of it is away until a lost server is replaced.
	 */
	public static RedisClusterServers startReplicated(Path folder) {
		return start(folder, 1, "--repl-diskless-sync-delay", "0");
	}

	private static RedisClusterServers start(Path folder, int replicas, String... settings) {
		List<RedisServer> servers = new ArrayList<>();
		List<Integer> busPorts = new ArrayList<>();
		try {
			for (int i = 0; i < MASTERS * (1 + replicas); i++) {
				int busPort = Ports.free();
				busPorts.add(busPort);
				List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-port",
						String.valueOf(busPort), "--cluster-node-timeout", "2000"));
				all.addAll(List.of(settings));
				servers.add(RedisServer.start(Ports.free(), folder.resolve("node-" + i), all.toArray(String[]::new)));
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
		for (int i = 0; i < this.servers.size(); i++) {
			RedisServer server = this.servers.get(i);
			if (i < MASTERS) {
				require(server.command("CLUSTER", "ADDSLOTSRANGE", String.valueOf(firstSlot(i)),
						String.valueOf(firstSlot(i + 1) - 1)));
			}
			require(server.command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1)));
		}
		for (int i = 1; i < this.servers.size(); i++) {
			require(this.servers.getFirst()
				.command("CLUSTER", "MEET", "127.0.0.1", String.valueOf(this.servers.get(i).port()),
						String.valueOf(busPorts.get(i))));
		}
		awaitWhole();
		for (int i = MASTERS; i < this.servers.size(); i++) {
			RedisServer replica = this.servers.get(i);
			require(replica.command("CLUSTER", "REPLICATE", idOf(this.servers.get(i - MASTERS))));
		}
		if (this.servers.size() > MASTERS) {
			awaitFollowed();
		}
	}

	private static String idOf(RedisServer server) {
		return server.text("CLUSTER", "MYID").lines().skip(1).findFirst().orElseThrow();
	}

	/** Waits until every server knows that all slots are served. */
	public void awaitWhole() {
		for (RedisServer server : this.servers) {
			Readiness.await(server.process(), JOIN_LIMIT, () -> {
				String info = server.text("CLUSTER", "INFO");
				return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS)
						&& info.contains("cluster_known_nodes:" + this.servers.size());
			});
		}
	}

	private static int firstSlot(int server) {
		return SLOTS * server / MASTERS;
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
		return this.servers.get(IntStream.range(0, MASTERS)
			.filter((i) -> slot >= firstSlot(i) && slot < firstSlot(i + 1))
			.findFirst()
			.orElseThrow());
	}

	/** The server that has a slot, as those that answer know it. */
	public RedisServer masterOf(int slot) {
		return this.servers.stream()
			.filter((server) -> server.process().isAlive())
			.findFirst()
			.flatMap((asked) -> portOf(asked, slot))
			.flatMap((port) -> this.servers.stream().filter((server) -> server.port() == port).findFirst())
			.orElseThrow(() -> new IllegalStateException("No server has slot " + slot));
	}

	/** Waits until a replica has taken the place of a server that is away. */
	public void awaitOtherThan(RedisServer former, int slot) {
		RedisServer asked = this.servers.stream().filter((server) -> server != former).findFirst().orElseThrow();
		Readiness.await(asked.process(), JOIN_LIMIT,
				() -> portOf(asked, slot).filter((port) -> port != former.port()).isPresent()
						&& asked.text("CLUSTER", "INFO").contains("cluster_state:ok"));
	}

	/**
	 * Waits until every server that is no master follows one, and each master knows what
	 * its replica has got: a link is up before anything comes over it.
	 */
	public void awaitFollowed() {
		for (RedisServer server : this.servers) {
			Readiness.await(server.process(), JOIN_LIMIT, () -> {
				String info = server.text("INFO", "replication");
				return info.contains("role:master") ? FOLLOWED.matcher(info).find()
						: info.contains("master_link_status:up");
			});
		}
	}

	/**
	 * The port of the master of a slot, as a server knows it. A line is:
	 * {@code <id> <address>:<port>@<bus port> <flags> <master> … <slots>}.
	 */
	private static Optional<Integer> portOf(RedisServer asked, int slot) {
		return asked.text("CLUSTER", "NODES")
			.lines()
			.map((line) -> line.split(" ", -1))
			.filter((words) -> words.length > 8 && words[2].contains("master") && !words[2].contains("fail"))
			.filter((words) -> Arrays.stream(words).skip(8).anyMatch((range) -> contains(range, slot)))
			.map((words) -> Integer.valueOf(words[1].replaceAll(".*:(\\d+)@.*", "$1")))
			.findFirst();
	}

	private static boolean contains(String range, int slot) {
		if (range.startsWith("[")) {
			return false;
		}
		String[] bounds = range.split("-", -1);
		return slot >= Integer.parseInt(bounds[0]) && slot <= Integer.parseInt(bounds[bounds.length - 1]);
	}

	@Override
	public void close() {
		this.servers.forEach(RedisServer::close);
	}

}
