package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One Redis Sentinel on the loopback address. It keeps what it learns in its
 * configuration file, and comes back with it after {@link #kill()}.
 */
public final class RedisSentinel implements BreakableServer {

	private static final Pattern MASTER = Pattern
		.compile("^master0:.*status=(\\w+),address=\\S+:(\\d+),slaves=(\\d+),sentinels=(\\d+)", Pattern.MULTILINE);

	private final int port;

	private final Path folder;

	private volatile ChildProcess process;

	private RedisSentinel(int port, Path folder) {
		this.port = port;
		this.folder = folder;
		this.process = launch();
	}

	/**
	 * Starts a Sentinel and waits until it answers.
	 * @param folder where it keeps its configuration and its log
	 * @param configuration the lines of its configuration, but for port, address and
	 * folder
	 */
	static RedisSentinel start(int port, Path folder, List<String> configuration) {
		try {
			Files.createDirectories(folder);
			Files.writeString(folder.resolve("sentinel.conf"), "port " + port + "\nbind 127.0.0.1\ndir " + folder + "\n"
					+ String.join("\n", configuration) + "\n");
			return new RedisSentinel(port, folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.port;
	}

	ChildProcess process() {
		return this.process;
	}

	/** What it says of the master that it looks after. */
	Optional<View> view() {
		try {
			Matcher found = MASTER.matcher(RedisServer.text(this.port, "INFO", "sentinel"));
			return found.find() ? Optional.of(new View(found.group(1).equals("ok"), Integer.parseInt(found.group(2)),
					Integer.parseInt(found.group(3)), Integer.parseInt(found.group(4)))) : Optional.empty();
		}
		catch (UncheckedIOException ex) {
			return Optional.empty();
		}
	}

	@Override
	public void kill() {
		this.process.kill();
	}

	@Override
	public void start() {
		if (!this.process.isAlive()) {
			this.process = launch();
		}
	}

	@Override
	public void pause() {
		this.process.pause();
	}

	@Override
	public void resume() {
		this.process.resume();
	}

	@Override
	public void close() {
		this.process.close();
	}

	private ChildProcess launch() {
		Ports.requireFree("Redis Sentinel", this.port);
		try {
			ChildProcess started = ChildProcess.start(
					"Redis Sentinel on port " + this.port, List.of(RedisServer.binary().toString(),
							this.folder.resolve("sentinel.conf").toString(), "--sentinel"),
					Map.of(), this.folder.resolve("sentinel.log"));
			Readiness.await(started, Duration.ofSeconds(20), () -> view().isPresent());
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What a Sentinel sees.
	 *
	 * @param ok whether it takes the master for alive
	 * @param port the master's
	 * @param replicas how many follow it, alive or not
	 * @param sentinels how many Sentinels look after it, this one among them
	 */
	record View(boolean ok, int port, int replicas, int sentinels) {

	}

}
