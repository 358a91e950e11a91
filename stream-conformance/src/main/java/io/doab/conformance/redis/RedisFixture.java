package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.servers.TcpProxy;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.ProxyFaults;
import io.doab.conformance.member.BackendAddress;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis server behind two proxies.
 */
public final class RedisFixture implements BackendFixture {

	private static final RedisSettings SETTINGS = RedisSettings.defaults()
		.withLeaseTime(Duration.ofSeconds(2))
		.withCommandTimeout(Duration.ofSeconds(2));

	private final RedisServer server;

	private final Map<Network, TcpProxy> proxies;

	private final Path folder;

	private final RedisClient direct;

	private final StatefulRedisConnection<String, byte[]> connection;

	public RedisFixture() {
		try {
			this.folder = Files.createTempDirectory("doab-redis");
			this.server = RedisServer.start(Ports.free(), this.folder);
			this.proxies = Map.of(Network.ONE, TcpProxy.start(0, this.server.port()), Network.OTHER,
					TcpProxy.start(0, this.server.port()));
			this.direct = RedisClient.create("redis://localhost:" + this.server.port());
			this.connection = this.direct.connect(RedisStreams.CODEC);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public RedisServer server() {
		return this.server;
	}

	public TcpProxy proxy(Network network) {
		return Objects.requireNonNull(this.proxies.get(network));
	}

	/** Commands to the server, past the proxies. */
	public RedisCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	/** The same, without waiting for each. */
	public RedisAsyncCommands<String, byte[]> asynchronous() {
		return this.connection.async();
	}

	@Override
	public StreamBackend newBackend(Network network) {
		return address(network).open();
	}

	@Override
	public BackendAddress address(Network network) {
		return new BackendAddress("redis", "localhost:" + proxy(network).port());
	}

	/** A client with the settings of all clients here. */
	public static StreamBackend open(String server) {
		String[] hostAndPort = server.split(":", 2);
		return RedisStreamBackend.create(new LettuceConnectionFactory(hostAndPort[0], Integer.parseInt(hostAndPort[1])),
				SETTINGS);
	}

	public StreamBackend newBackend(RedisSettings settings) {
		return RedisStreamBackend.create(new LettuceConnectionFactory("localhost", this.server.port()), settings);
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

	@Override
	public void restartServer() {
		this.server.kill();
		this.server.start();
	}

	@Override
	public Duration sessionTime() {
		return SETTINGS.leaseTime();
	}

	@Override
	public Faults faults(Network network) {
		return new ProxyFaults(proxy(network));
	}

	@Override
	public void close() {
		this.connection.close();
		this.direct.shutdown();
		this.proxies.values().forEach(TcpProxy::close);
		this.server.close();
		Folders.deleteQuietly(this.folder);
	}

}
