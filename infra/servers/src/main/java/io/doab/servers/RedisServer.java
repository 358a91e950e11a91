package io.doab.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Redis server on the loopback address, with its append-only file on.
 *
 * <p>
 * {@link #kill()} and {@link #start()} in turn restart it on the same port with what it
 * had written.
 */
public final class RedisServer implements BreakableServer {

	/** Of the server that is started. */
	public static final String VERSION = "7.0.15";

	private final int port;

	private final Path folder;

	private final List<String> settings;

	private volatile ChildProcess process;

	private RedisServer(int port, Path folder, List<String> settings) {
		this.port = port;
		this.folder = folder;
		this.settings = settings;
		this.process = launch();
	}

	/**
	 * Starts a server and waits until it answers.
	 * @param port the port to listen on
	 * @param folder where it keeps its data and its log
	 * @param settings further settings, as pairs on its command line:
	 * {@code "--maxmemory", "10mb"}
	 */
	public static RedisServer start(int port, Path folder, String... settings) {
		return new RedisServer(port, folder, List.of(settings));
	}

	/**
	 * Starts it again after {@link #kill()} or {@link #stop()}, on the same port and
	 * data.
	 */
	@Override
	public void start() {
		if (!this.process.isAlive()) {
			this.process = launch();
		}
	}

	public int port() {
		return this.port;
	}

	public ChildProcess process() {
		return this.process;
	}

	@Override
	public void kill() {
		this.process.kill();
	}

	@Override
	public void pause() {
		this.process.pause();
	}

	@Override
	public void resume() {
		this.process.resume();
	}

	public void stop() {
		this.process.close();
	}

	/**
	 * Sends one command and returns the first line of the reply, with its type mark. For
	 * a fixture's own needs ({@code REPLICAOF NO ONE}), not for data.
	 */
	public String command(String... words) {
		return command(this.port, words);
	}

	/** The same, to the server at a port of this machine. */
	public static String command(int port, String... words) {
		return ask(port, words).getFirst();
	}

	/** Sends one command and returns the text that it is answered with. */
	static String text(int port, String... words) {
		return String.join("\n", ask(port, words));
	}

	/** The lines of the reply: the first, and those of a text of some length. */
	private static List<String> ask(int port, String... words) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
			socket.setSoTimeout(5_000);
			StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
			for (String word : words) {
				request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
			}
			socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
			InputStream in = socket.getInputStream();
			String first = line(in);
			if (!first.startsWith("$") || first.equals("$-1")) {
				return List.of(first);
			}
			String text = new String(in.readNBytes(Integer.parseInt(first.substring(1))), StandardCharsets.UTF_8);
			return Stream.concat(Stream.of(first), text.lines()).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
			if (c != '\r') {
				line.append((char) c);
			}
		}
		return line.toString();
	}

	/** Sends one command and returns the text that it is answered with. */
	String text(String... words) {
		return text(this.port, words);
	}

	@Override
	public void close() {
		this.process.close();
	}

	private ChildProcess launch() {
		Ports.requireFree("Redis", this.port);
		try {
			Files.createDirectories(this.folder);
			List<String> command = new ArrayList<>(List.of(binary().toString(), "--port", String.valueOf(this.port),
					"--bind", "127.0.0.1", "--dir", this.folder.toString(), "--appendonly", "yes", "--save", "",
					"--maxmemory-policy", "noeviction", "--daemonize", "no"));
			command.addAll(this.settings);
			ChildProcess started = ChildProcess.start("Redis on port " + this.port, command, Map.of(),
					this.folder.resolve("redis.log"));
			Readiness.await(started, Duration.ofSeconds(20), this::answers);
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean answers() {
		try {
			String reply = command("PING");
			return reply.startsWith("+PONG") || reply.startsWith("-NOAUTH");
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	/** The server for this machine, unpacked once per user. */
	static Path binary() throws IOException {
		String resource = "redis-server-" + VERSION + "-" + platform();
		return ProgramFolder.ofThisUser().program(resource, (target) -> unpack(resource, target));
	}

	private static void unpack(String resource, Path target) throws IOException {
		try (InputStream in = RedisServer.class.getResourceAsStream("/" + resource)) {
			if (in == null) {
				throw new IllegalStateException("No embedded Redis for this machine (" + platform()
						+ "). Run the services against a Redis of your own: see README.md");
			}
			Files.copy(in, target);
			Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
		}
	}

	private static String platform() {
		String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
		String machine = System.getProperty("os.arch");
		return system + "-" + (machine.equals("aarch64") ? "arm64" : "amd64");
	}

}
