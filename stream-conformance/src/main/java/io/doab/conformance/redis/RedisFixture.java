package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.servers.TcpProxy;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.ProxyFaults;
import io.doab.stream.Position;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis server behind two proxies.
 */
public final class RedisFixture implements BackendFixture {

	private static final RedisSettings SETTINGS = RedisSettings.defaults()
		.withLeaseTime(Duration.ofSeconds(2))
		.withCommandTimeout(Duration.ofSeconds(2));

	/** Keys and field names as text, values as bytes. */
	public static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

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
			this.connection = this.direct.connect(CODEC);
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
		return RedisStreamBackend.create(new LettuceConnectionFactory("localhost", proxy(network).port()), SETTINGS);
	}

	public StreamBackend newBackend(RedisSettings settings) {
		return RedisStreamBackend.create(new LettuceConnectionFactory("localhost", this.server.port()), settings);
	}

	@Override
	public List<StreamRecord> read(String stream, int partition) {
		return commands().xrange(key(stream, partition), Range.unbounded()).stream().map(RedisFixture::record).toList();
	}

	/** Where the contract says that a stream's partition is. */
	public static String key(String stream, int partition) {
		return stream + ":{P" + partition + "}";
	}

	private static StreamRecord record(StreamMessage<String, byte[]> entry) {
		Map<String, String> attributes = new LinkedHashMap<>();
		entry.getBody().forEach((name, value) -> attributes.put(name, new String(value, StandardCharsets.UTF_8)));
		String key = attributes.remove("partitionkey");
		attributes.remove("data");
		return new StreamRecord(Position.parse(entry.getId()),
				new WireEvent(attributes, key, Objects.requireNonNull(entry.getBody().get("data"))), null);
	}

	@Override
	public void appendForeign(String stream, int partition, byte[] key, byte[] data) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		fields.put("partitionkey", key);
		fields.put("data", data);
		commands().xadd(key(stream, partition), fields);
	}

	@Override
	public long lag(String group, String stream, int partition) {
		for (Object found : commands().xinfoGroups(key(stream, partition))) {
			List<?> fields = (List<?>) found;
			Map<String, Object> info = new LinkedHashMap<>();
			for (int i = 0; i + 1 < fields.size(); i += 2) {
				info.put(text(fields.get(i)), Objects.requireNonNullElse(fields.get(i + 1), "null"));
			}
			if (text(info.get("name")).equals(group)) {
				return (Long) Objects.requireNonNull(info.get("lag"));
			}
		}
		// A group that has not begun has all of it before it.
		return commands().xlen(key(stream, partition));
	}

	private static String text(@org.jspecify.annotations.Nullable Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
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
