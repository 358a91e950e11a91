package io.doab.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Redis server, one that follows it, and three Sentinels that put the one in the
 * other's place: a master that does not answer for half a second is replaced within some
 * two seconds.
 */
public final class RedisSentinelServers implements AutoCloseable {

	/** What the Sentinels call the master. */
	public static final String MASTER = "doab";

	private static final int SENTINELS = 3;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final List<RedisServer> servers;

	private final List<RedisSentinel> sentinels;

	private RedisSentinelServers(List<RedisServer> servers, List<RedisSentinel> sentinels) {
		this.servers = List.copyOf(servers);
		this.sentinels = List.copyOf(sentinels);
	}

	/**
	 * Starts all of them and waits until they know each other and the replica has all
	 * that the master has.
	 * @param folder where they keep their data and logs
	 */
	public static RedisSentinelServers start(Path folder) {
		List<AutoCloseable> started = new ArrayList<>();
		try {
			List<RedisServer> servers = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				servers.add(RedisServer.start(Ports.free(), folder.resolve("server-" + i), "--repl-diskless-sync-delay",
						"0", "--repl-diskless-load", "on-empty-db"));
				started.add(servers.getLast());
			}
			// Not on its command line: when it leads and is restarted it must not follow.
			servers.getLast().command("REPLICAOF", "127.0.0.1", String.valueOf(servers.getFirst().port()));
			List<Integer> ports = Stream.generate(Ports::free).limit(SENTINELS).toList();
			List<RedisSentinel> sentinels = new ArrayList<>();
			for (int i = 0; i < SENTINELS; i++) {
				sentinels.add(RedisSentinel.start(ports.get(i), folder.resolve("sentinel-" + i),
						configuration(i, ports, servers)));
				started.add(sentinels.getLast());
			}
			RedisSentinelServers all = new RedisSentinelServers(servers, sentinels);
			all.awaitFollowed();
			return all;
		}
		catch (RuntimeException ex) {
			started.forEach(RedisSentinelServers::closeQuietly);
			throw ex;
		}
	}

	/** With what the others would tell it in its first seconds. */
	private static List<String> configuration(int number, List<Integer> ports, List<RedisServer> servers) {
		List<String> lines = new ArrayList<>(List.of("sentinel myid " + id(number),
				"sentinel monitor " + MASTER + " 127.0.0.1 " + servers.getFirst().port() + " 2",
				"sentinel down-after-milliseconds " + MASTER + " 500", "sentinel failover-timeout " + MASTER + " 3000",
				"sentinel known-replica " + MASTER + " 127.0.0.1 " + servers.getLast().port()));
		IntStream.range(0, ports.size())
			.filter((other) -> other != number)
			.forEach((other) -> lines
				.add("sentinel known-sentinel " + MASTER + " 127.0.0.1 " + ports.get(other) + " " + id(other)));
		return lines;
	}

	private static String id(int number) {
		return "%040d".formatted(number + 1);
	}

	/** Both data servers. */
	public List<RedisServer> servers() {
		return this.servers;
	}

	public List<RedisSentinel> sentinels() {
		return this.sentinels;
	}

	/** The server that most Sentinels call the master. */
	public RedisServer master() {
		List<Integer> ports = this.sentinels.stream()
			.map(RedisSentinel::view)
			.flatMap(Optional::stream)
			.map(RedisSentinel.View::port)
			.toList();
		return this.servers.stream()
			.filter((server) -> ports.stream().filter((port) -> port == server.port()).count() > ports.size() / 2)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("The Sentinels name different masters: " + ports));
	}

	/** The server that is not the master. */
	public RedisServer other() {
		RedisServer master = master();
		return this.servers.stream().filter((server) -> server != master).findFirst().orElseThrow();
	}

	/** Has the Sentinels change the roles of servers that are well, and waits for it. */
	public void switchOver() {
		RedisServer former = master();
		String answer = RedisServer.command(this.sentinels.getFirst().port(), "SENTINEL", "FAILOVER", MASTER);
		if (!answer.equals("+OK")) {
			throw new IllegalStateException("The Sentinels do not fail over: " + answer);
		}
		awaitOtherThan(former);
	}

	/** Waits until all Sentinels name another master. */
	public void awaitOtherThan(RedisServer former) {
		this.sentinels.forEach((sentinel) -> Readiness.await(sentinel.process(), LIMIT,
				() -> sentinel.view().filter((view) -> view.ok() && view.port() != former.port()).isPresent()));
	}

	/**
	 * Waits until the Sentinels know each other and the other server has what the master
	 * has. After a change of roles that takes the Sentinels ten seconds.
	 */
	public void awaitFollowed() {
		this.sentinels.forEach((sentinel) -> Readiness.await(sentinel.process(), LIMIT,
				() -> sentinel.view()
					.filter((view) -> view.ok() && view.replicas() == 1 && view.sentinels() == SENTINELS)
					.isPresent()));
		// A link is up before anything comes over it.
		RedisServer replica = other();
		master().command("INCR", "doab:mark");
		Readiness.await(replica.process(), LIMIT, () -> replica.command("EXISTS", "doab:mark").equals(":1"));
		master().command("DEL", "doab:mark");
		Readiness.await(replica.process(), LIMIT, () -> replica.command("EXISTS", "doab:mark").equals(":0"));
	}

	@Override
	public void close() {
		this.sentinels.forEach(RedisSentinel::close);
		this.servers.forEach(RedisServer::close);
	}

	private static void closeQuietly(AutoCloseable started) {
		try {
			started.close();
		}
		catch (Exception ex) {
			// What it was started for has failed already.
		}
	}

}
