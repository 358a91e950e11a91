package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.conformance.BackendConnector;
import io.doab.servers.Folders;
import io.doab.servers.RedisSentinel;
import io.doab.servers.RedisSentinelServers;
import io.doab.servers.RedisServer;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.redis.RedisStreamBackend;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.jspecify.annotations.Nullable;

/**
 * A Redis server, one that follows it and three Sentinels, each behind two proxies. A
 * master that is killed or stands still is replaced before the operation returns.
 *
 * <p>
 * What it is asked for it does as child processes in either mode of fixtures: Sentinels
 * in containers would not reach servers behind proxies of this machine.
 */
public final class RedisSentinelFixture extends RedisStreamsFixture {

	private final Path folder;

	private final RedisSentinelServers servers;

	private final ServerProxies proxies;

	private final Map<RedisServer, StatefulRedisConnection<String, byte[]>> direct = new ConcurrentHashMap<>();

	private final RedisClient client = RedisClient.create();

	/** What stands still. */
	private @Nullable RedisServer paused;

	public RedisSentinelFixture() {
		try {
			this.folder = Files.createTempDirectory("doab-redis-sentinel");
			this.servers = RedisSentinelServers.start(this.folder);
			this.proxies = new ServerProxies(Stream
				.concat(this.servers.servers().stream().map(RedisServer::port),
						this.servers.sentinels().stream().map(RedisSentinel::port))
				.toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public RedisSentinelServers servers() {
		return this.servers;
	}

	/** Commands to the present master, past the proxies. */
	@Override
	public RedisCommands<String, byte[]> commands() {
		return this.direct
			.computeIfAbsent(this.servers.master(),
					(server) -> this.client.connect(CODEC, RedisURI.create("redis://localhost:" + server.port())))
			.sync();
	}

	@Override
	public Class<? extends BackendConnector> connector() {
		return ConfiguredRedisConnector.class;
	}

	@Override
	public StreamBackend newTrimmingBackend(Duration interval) {
		return RedisStreamBackend.create(ConfiguredRedisConnector.connections(address(Network.ONE)),
				SETTINGS.withTrimInterval(interval));
	}

	@Override
	public String address(Network network) {
		return ConfiguredRedisConnector.address(this.proxies.ports(network),
				Map.of("spring.data.redis.sentinel.master", RedisSentinelServers.MASTER,
						"spring.data.redis.sentinel.nodes",
						this.servers.sentinels()
							.stream()
							.map((sentinel) -> "localhost:" + sentinel.port())
							.collect(Collectors.joining(","))));
	}

	/** The replica takes the master's place, and the master comes back to follow it. */
	@Override
	public void restartServer() {
		RedisServer former = this.servers.master();
		former.kill();
		this.servers.awaitOtherThan(former);
		former.start();
		follow(former);
	}

	/** The replica takes the master's place. */
	@Override
	public void pauseServer() {
		RedisServer former = this.servers.master();
		former.pause();
		this.paused = former;
		this.servers.awaitOtherThan(former);
	}

	/** It takes itself for the master at first. */
	@Override
	public void resumeServer() {
		RedisServer former = this.paused;
		if (former != null) {
			former.resume();
			follow(former);
			this.paused = null;
		}
	}

	/** As the Sentinels do after ten seconds. */
	private void follow(RedisServer former) {
		former.command("REPLICAOF", "127.0.0.1", String.valueOf(this.servers.master().port()));
		this.servers.awaitFollowed();
	}

	/** The replica cannot be held back: the Sentinels look after whom it follows. */
	@Override
	public Set<Ability> abilities() {
		return EnumSet.of(Ability.FILL_UP);
	}

	/** Both. */
	@Override
	public void fillUp() {
		this.servers.servers().forEach((server) -> server.command("CONFIG", "SET", "maxmemory", "1mb"));
	}

	@Override
	public void makeRoom() {
		this.servers.servers().forEach((server) -> server.command("CONFIG", "SET", "maxmemory", "0"));
	}

	@Override
	public Faults faults(Network network) {
		return this.proxies.faults(network);
	}

	@Override
	public void close() {
		this.client.shutdown();
		this.proxies.close();
		this.servers.close();
		Folders.deleteQuietly(this.folder);
	}

}
