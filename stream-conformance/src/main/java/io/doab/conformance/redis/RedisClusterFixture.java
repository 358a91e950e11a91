package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import io.doab.conformance.BackendConnector;
import io.doab.servers.Folders;
import io.doab.servers.RedisClusterServers;
import io.doab.servers.RedisServer;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;

import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster of three servers, with a replica each or without, all behind two
 * proxies. A server that has one and is killed or stands still is replaced before the
 * operation returns.
 *
 * <p>
 * They are child processes in either mode of fixtures.
 */
public final class RedisClusterFixture extends RedisStreamsFixture {

	private final Path folder;

	private final RedisClusterServers servers;

	private final boolean replicated;

	private final ServerProxies proxies;

	private final RedisClusterClient direct;

	private final StatefulRedisClusterConnection<String, byte[]> connection;

	/** What stands still. */
	private @Nullable RedisServer paused;

	/** Starts servers without replicas. */
	public RedisClusterFixture() {
		this(false);
	}

	private RedisClusterFixture(boolean replicated) {
		this.replicated = replicated;
		try {
			this.folder = Files.createTempDirectory("doab-redis-cluster");
			this.servers = replicated ? RedisClusterServers.startReplicated(this.folder)
					: RedisClusterServers.start(this.folder);
			this.proxies = new ServerProxies(this.servers.servers().stream().map(RedisServer::port).toList());
			this.direct = RedisClusterClient
				.create(RedisURI.create("localhost", this.servers.servers().getFirst().port()));
			this.connection = this.direct.connect(CODEC);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Starts servers with a replica each. */
	public static RedisClusterFixture replicated() {
		return new RedisClusterFixture(true);
	}

	public RedisClusterServers servers() {
		return this.servers;
	}

	/** The server that has a partition. */
	public RedisServer serverOf(int partition) {
		return this.replicated ? this.servers.masterOf(slotOf(partition)) : this.servers.ofSlot(slotOf(partition));
	}

	private static int slotOf(int partition) {
		return SlotHash.getSlot(key("any", partition));
	}

	/** Commands to the cluster, past the proxies. */
	@Override
	public RedisAdvancedClusterCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	@Override
	public Class<? extends BackendConnector> connector() {
		return ConfiguredRedisConnector.class;
	}

	/** Of the servers, one is named: a replica where there are some. */
	@Override
	public String address(Network network) {
		return ConfiguredRedisConnector.address(this.proxies.ports(network),
				Map.of("spring.data.redis.cluster.nodes", "localhost:" + this.servers.servers().getLast().port()));
	}

	@Override
	public StreamBackend newTrimmingBackend(Duration interval) {
		return RedisStreamBackend.create(ConfiguredRedisConnector.connections(address(Network.ONE)),
				SETTINGS.withTrimInterval(interval));
	}

	/**
	 * The one that has the first partition. A replica takes its place, if there is one.
	 */
	@Override
	public void restartServer() {
		RedisServer former = loseServer();
		former.start();
		awaitWhole();
	}

	/** The one that has the first partition is gone. */
	public RedisServer loseServer() {
		RedisServer lost = serverOf(0);
		lost.kill();
		awaitReplaced(lost);
		return lost;
	}

	/**
	 * The one that has the first partition. A replica takes its place, if there is one.
	 */
	@Override
	public void pauseServer() {
		this.paused = serverOf(0);
		this.paused.pause();
		awaitReplaced(this.paused);
	}

	@Override
	public void resumeServer() {
		if (this.paused != null) {
			this.paused.resume();
			this.paused = null;
			awaitWhole();
		}
	}

	private void awaitReplaced(RedisServer former) {
		if (this.replicated) {
			this.servers.awaitOtherThan(former, slotOf(0));
			this.direct.refreshPartitions();
		}
	}

	private void awaitWhole() {
		this.servers.awaitWhole();
		if (this.replicated) {
			this.servers.awaitFollowed();
		}
		this.direct.refreshPartitions();
	}

	/** No replica can be held back. */
	@Override
	public Set<Ability> abilities() {
		return EnumSet.of(Ability.FILL_UP);
	}

	/** All of them. */
	@Override
	public void fillUp() {
		this.servers.servers().forEach((server) -> server.command("CONFIG", "SET", "maxmemory", "1mb"));
	}

	@Override
	public void makeRoom() {
		this.servers.servers().forEach((server) -> server.command("CONFIG", "SET", "maxmemory", "0"));
	}

	/** The same happens to all servers. */
	@Override
	public Faults faults(Network network) {
		return this.proxies.faults(network);
	}

	@Override
	public void close() {
		this.connection.close();
		this.direct.shutdown();
		this.proxies.close();
		this.servers.close();
		Folders.deleteQuietly(this.folder);
	}

}
