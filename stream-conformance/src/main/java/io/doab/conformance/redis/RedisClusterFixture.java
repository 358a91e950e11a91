package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.doab.conformance.BackendFixture;
import io.doab.conformance.ProxyFaults;
import io.doab.conformance.member.BackendAddress;
import io.doab.servers.Folders;
import io.doab.servers.RedisClusterServers;
import io.doab.servers.RedisServer;
import io.doab.servers.TcpProxy;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
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
public final class RedisClusterFixture implements BackendFixture {

	private static final RedisSettings SETTINGS = RedisSettings.defaults()
		.withLeaseTime(Duration.ofSeconds(2))
		.withCommandTimeout(Duration.ofSeconds(2));

	private final Path folder;

	private final RedisClusterServers servers;

	/** The proxies of a network, by the port of the server that they lead to. */
	private final Map<Network, Map<Integer, TcpProxy>> proxies = new EnumMap<>(Network.class);

	private final Map<Network, ClientResources> resources = new EnumMap<>(Network.class);

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
				this.resources.put(network,
						ClientResources.builder()
							.socketAddressResolver(MappingSocketAddressResolver.create(DnsResolvers.UNRESOLVED,
									(address) -> through(ofNetwork, address)))
							.build());
			}
			this.direct = RedisClusterClient
				.create(RedisURI.create("localhost", this.servers.servers().getFirst().port()));
			this.connection = this.direct.connect(RedisStreams.CODEC);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** As an address translation between the client and the cluster would. */
	private static HostAndPort through(Map<Integer, TcpProxy> proxies, HostAndPort address) {
		TcpProxy proxy = proxies.get(address.getPort());
		return (proxy != null) ? HostAndPort.of("localhost", proxy.port()) : address;
	}

	public RedisClusterServers servers() {
		return this.servers;
	}

	/** The server that has a partition. */
	public RedisServer serverOf(int partition) {
		return this.servers.ofSlot(SlotHash.getSlot(RedisStreams.key("any", partition)));
	}

	/** Commands to the cluster, past the proxies. */
	public RedisAdvancedClusterCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	@Override
	public StreamBackend newBackend(Network network) {
		return open(this.servers.servers().getLast().port(), Objects.requireNonNull(this.resources.get(network)));
	}

	private static StreamBackend open(int port, ClientResources resources) {
		RedisClusterConfiguration cluster = new RedisClusterConfiguration();
		cluster.addClusterNode(new RedisNode("localhost", port));
		LettuceClientConfiguration client = LettuceClientConfiguration.builder().clientResources(resources).build();
		return RedisStreamBackend.create(new LettuceConnectionFactory(cluster, client), SETTINGS);
	}

	/** The port of each server and of the proxy before it. */
	@Override
	public BackendAddress address(Network network) {
		return new BackendAddress("redis-cluster",
				Objects.requireNonNull(this.proxies.get(network))
					.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + ">" + entry.getValue().port())
					.collect(Collectors.joining(",")));
	}

	/**
	 * A client with the settings of all clients here, for a process that ends with it.
	 */
	public static StreamBackend open(String address) {
		Map<Integer, Integer> ports = new HashMap<>();
		for (String pair : address.split(",", -1)) {
			String[] serverAndProxy = pair.split(">", 2);
			ports.put(Integer.parseInt(serverAndProxy[0]), Integer.parseInt(serverAndProxy[1]));
		}
		ClientResources resources = ClientResources.builder()
			.socketAddressResolver(MappingSocketAddressResolver.create(DnsResolvers.UNRESOLVED,
					(found) -> HostAndPort.of("localhost", ports.getOrDefault(found.getPort(), found.getPort()))))
			.build();
		return open(ports.keySet().iterator().next(), resources);
	}

	@Override
	public List<StreamRecord> read(String stream, int partition) {
		return RedisStreams.read(commands(), stream, partition);
	}

	@Override
	public void appendForeign(String stream, int partition, byte[] key, byte[] data) {
		RedisStreams.appendForeign(commands(), stream, partition, key, data);
	}

	@Override
	public long lag(String group, String stream, int partition) {
		return RedisStreams.lag(commands(), group, stream, partition);
	}

	@Override
	public void refuseAppends(String stream, int partitions) {
		RedisStreams.replace(commands(), stream, partitions);
	}

	@Override
	public void acceptAppends(String stream, int partitions) {
		RedisStreams.delete(commands(), stream, partitions);
	}

	/** The one that has the first partition. */
	@Override
	public void restartServer() {
		serverOf(0).kill();
		serverOf(0).start();
		this.servers.awaitWhole();
	}

	@Override
	public Duration sessionTime() {
		return SETTINGS.leaseTime();
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
		this.resources.values().forEach((each) -> {
			var _ = each.shutdown();
		});
		Folders.deleteQuietly(this.folder);
	}

}
