package io.doab.conformance.redis;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.doab.servers.TcpProxy;
import io.doab.conformance.BackendConnector;
import io.doab.conformance.ProxyFaults;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis server behind proxies: one for each network, one for the test itself.
 */
public final class RedisFixture extends RedisStreamsFixture {

	private volatile RedisNode server;

	private final Map<Network, TcpProxy> proxies;

	private final TcpProxy own;

	private final RedisClient direct;

	private final StatefulRedisConnection<String, byte[]> connection;

	public RedisFixture() {
		this.server = RedisNode.launch();
		this.proxies = Map.of(Network.ONE, TcpProxy.start(0, this.server.port()), Network.OTHER,
				TcpProxy.start(0, this.server.port()));
		this.own = TcpProxy.start(0, this.server.port());
		this.direct = RedisClient.create("redis://localhost:" + this.own.port());
		this.connection = this.direct.connect(CODEC);
	}

	public RedisNode server() {
		return this.server;
	}

	public TcpProxy proxy(Network network) {
		return Objects.requireNonNull(this.proxies.get(network));
	}

	/** Commands to the server, whatever happens to the networks. */
	@Override
	public RedisCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	/** The same, without waiting for each. */
	public RedisAsyncCommands<String, byte[]> asynchronous() {
		return this.connection.async();
	}

	@Override
	public Class<? extends BackendConnector> connector() {
		return Connector.class;
	}

	@Override
	public String address(Network network) {
		return String.valueOf(proxy(network).port());
	}

	public StreamBackend newBackend(RedisSettings settings) {
		return RedisStreamBackend.create(new LettuceConnectionFactory("localhost", this.own.port()), settings);
	}

	@Override
	public StreamBackend newTrimmingBackend(Duration interval) {
		return newBackend(SETTINGS.withTrimInterval(interval));
	}

	@Override
	public void restartServer() {
		this.server.kill();
		this.server.start();
	}

	@Override
	public void pauseServer() {
		this.server.pause();
	}

	@Override
	public void resumeServer() {
		this.server.resume();
	}

	@Override
	public Set<Ability> abilities() {
		return this.server.canHaveStandby() ? EnumSet.allOf(Ability.class) : EnumSet.of(Ability.FILL_UP);
	}

	/** As full as it is: what needs more is refused. */
	@Override
	public void fillUp() {
		commands().configSet("maxmemory", "1mb");
	}

	@Override
	public void makeRoom() {
		commands().configSet("maxmemory", "0");
	}

	@Override
	public Standby newStandby() {
		return this.server.canHaveStandby() ? new RedisStandby(this) : super.newStandby();
	}

	/** All networks lead to another server from now on. */
	void failOver(RedisNode next) {
		RedisNode former = this.server;
		former.kill();
		next.command("REPLICAOF", "NO", "ONE");
		this.server = next;
		this.proxies.values().forEach((proxy) -> proxy.redirect(next.port()));
		this.own.redirect(next.port());
		former.close();
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
		this.own.close();
		this.server.close();
	}

	/** Connects to a port of this machine. */
	public static final class Connector implements BackendConnector {

		@Override
		public StreamBackend connect(String address) {
			return RedisStreamBackend.create(new LettuceConnectionFactory("localhost", Integer.parseInt(address)),
					SETTINGS);
		}

	}

}
