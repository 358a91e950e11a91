package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.doab.conformance.BackendConnector;
import io.doab.conformance.ProxyFaults;
import io.doab.servers.Folders;
import io.doab.servers.RedisClusterServers;
import io.doab.servers.RedisServer;
import io.doab.servers.TcpProxy;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import io.lettuce.core.internal.HostAndPort;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.MappingSocketAddressResolver;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis Cluster of three servers, each behind two proxies.
 */
public final class RedisClusterFixture extends RedisStreamsFixture {

	private final Path folder;

	private final RedisClusterServers servers;

	/** The proxies of a network, by the port of the server that they lead to. */
	private final Map<Network, Map<Integer, TcpProxy>> proxies = new EnumMap<>(Network.class);

	private final RedisClusterClient direct;

	private final StatefulRedisClusterConnection<String, byte[]> connection;

	public RedisClusterFixture() {
		try {
			this.folder = Files.createTempDirectory("doab-redis-cluster");
			this.servers = RedisClusterServers.start(this.folder);
			for (Network network : Network.values()) {
				Map<Integer, TcpProxy> ofNetwork = new HashMap<>();
				for (RedisServer server : this.servers.servers()) {
					ofNetwork.put(server.port(), TcpProxy.start(0, server.port()));
				}
				this.proxies.put(network, ofNetwork);
			}
			this.direct = RedisClusterClient
				.create(RedisURI.create("localhost", this.servers.servers().getFirst().port()));
			this.connection = this.direct.connect(CODEC);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public RedisClusterServers servers() {
		return this.servers;
	}

	/** The server that has a partition. */
	public RedisServer serverOf(int partition) {
		return this.servers.ofSlot(SlotHash.getSlot(key("any", partition)));
	}

	/** Commands to the cluster, past the proxies. */
	@Override
	public RedisAdvancedClusterCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	@Override
	public Class<? extends BackendConnector> connector() {
		return Connector.class;
	}

	/** A server's port, then each server's port and that of the proxy before it. */
	@Override
	public String address(Network network) {
		return this.servers.servers().getLast().port() + ";"
				+ Objects.requireNonNull(this.proxies.get(network))
					.entrySet()
					.stream()
					.map((proxy) -> proxy.getKey() + "=" + proxy.getValue().port())
					.collect(Collectors.joining(","));
	}

	@Override
	public StreamBackend newTrimmingBackend(Duration interval) {
		return Connector.connect(address(Network.ONE), SETTINGS.withTrimInterval(interval));
	}

	/** The one that has the first partition. */
	@Override
	public void restartServer() {
		serverOf(0).kill();
		serverOf(0).start();
		this.servers.awaitWhole();
	}

	/** The one that has the first partition. */
	@Override
	public void pauseServer() {
		serverOf(0).pause();
	}

	@Override
	public void resumeServer() {
		serverOf(0).resume();
		this.servers.awaitWhole();
	}

	/** None of the servers has a replica. */
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
		List<Faults> each = Objects.requireNonNull(this.proxies.get(network))
			.values()
			.stream()
			.<Faults>map(ProxyFaults::new)
			.toList();
		return new Faults() {
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

			// Counted for each server, done for the first.
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
				each.forEach(fault);
			}
		};
	}

	@Override
	public void close() {
		this.connection.close();
		this.direct.shutdown();
		this.proxies.values().forEach((ofNetwork) -> ofNetwork.values().forEach(TcpProxy::close));
		this.servers.close();
		Folders.deleteQuietly(this.folder);
	}

	/** Connects to a cluster behind proxies. */
	public static final class Connector implements BackendConnector {

		/**
		 * One set of threads for each way that leads to a cluster, for as long as the
		 * process lives.
		 */
		private static final Map<String, ClientResources> RESOURCES = new ConcurrentHashMap<>();

		@Override
		public StreamBackend connect(String address) {
			return connect(address, SETTINGS);
		}

		private static StreamBackend connect(String address, RedisSettings settings) {
			int separator = address.indexOf(';');
			RedisClusterConfiguration cluster = new RedisClusterConfiguration();
			cluster.addClusterNode(new RedisNode("localhost", Integer.parseInt(address.substring(0, separator))));
			LettuceClientConfiguration client = LettuceClientConfiguration.builder()
				.clientResources(RESOURCES.computeIfAbsent(address.substring(separator + 1), Connector::through))
				.build();
			return RedisStreamBackend.create(new LettuceConnectionFactory(cluster, client), settings);
		}

		/** As an address translation between the client and the cluster would. */
		private static ClientResources through(String proxies) {
			Map<Integer, Integer> ports = Arrays.stream(proxies.split(",", -1))
				.map((pair) -> pair.split("=", -1))
				.collect(Collectors.toMap((pair) -> Integer.valueOf(pair[0]), (pair) -> Integer.valueOf(pair[1])));
			return ClientResources.builder()
				.socketAddressResolver(MappingSocketAddressResolver.create(DnsResolvers.UNRESOLVED,
						(address) -> HostAndPort.of("localhost",
								ports.getOrDefault(address.getPort(), address.getPort()))))
				.build();
		}

	}

}
