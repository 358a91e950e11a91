package io.doab.conformance.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.doab.conformance.server.ContainerServer;
import io.doab.conformance.server.FixtureMode;
import io.doab.servers.BreakableServer;
import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;

/**
 * One Redis server on a port of this machine, as a child process or in a container.
 */
public final class RedisNode implements BreakableServer {

	private static final String IMAGE = "redis:7.2";

	private final BreakableServer server;

	private final int port;

	private final Path folder;

	private RedisNode(BreakableServer server, int port, Path folder) {
		this.server = server;
		this.port = port;
		this.folder = folder;
	}

	/**
	 * Starts a server that keeps all it is told.
	 * @param settings further settings, as pairs on its command line
	 */
	static RedisNode launch(String... settings) {
		try {
			Path folder = Files.createTempDirectory("doab-redis");
			int port = Ports.free();
			return switch (FixtureMode.current()) {
				case EMBEDDED -> new RedisNode(RedisServer.start(port, folder, settings), port, folder);
				case CONTAINERS -> new RedisNode(container(port), port, folder);
			};
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ContainerServer container(int port) {
		return ContainerServer.of(FixtureMode.image("redis", IMAGE))
			.command("redis-server", "--port", String.valueOf(port), "--appendonly", "yes", "--save", "",
					"--maxmemory-policy", "noeviction", "--protected-mode", "no")
			.port(port)
			.start(() -> RedisServer.command(port, "PING").startsWith("+PONG"));
	}

	public int port() {
		return this.port;
	}

	/** Sends one command and returns the first line of the reply. */
	public String command(String... words) {
		return RedisServer.command(this.port, words);
	}

	/** A container does not reach a proxy of this machine. */
	boolean canHaveStandby() {
		return this.server instanceof RedisServer;
	}

	@Override
	public void kill() {
		this.server.kill();
	}

	@Override
	public void start() {
		this.server.start();
	}

	@Override
	public void pause() {
		this.server.pause();
	}

	@Override
	public void resume() {
		this.server.resume();
	}

	@Override
	public void close() {
		this.server.close();
		Folders.deleteQuietly(this.folder);
	}

}
