package io.doab.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker, its own controller or one of several, on the loopback address.
 *
 * <p>
 * Sessions of groups last 6 s and heartbeats come four times a second, so that a dead
 * member is noticed in the time a test or a demonstration has.
 */
public final class KafkaServer implements BreakableServer {

	/** The base64 form of a fixed UUID: one broker is a cluster of its own. */
	private static final String CLUSTER_ID = "ZG9hYi1sb2NhbC1rYWZrYQ";

	static final String VOTERS = "controller.quorum.voters";

	private final List<Listener> listeners;

	private final Path folder;

	private final Map<String, String> configuration;

	private final int controllerPort;

	private volatile ChildProcess process;

	private KafkaServer(List<Listener> listeners, int controllerPort, Path folder, Map<String, String> configuration) {
		this.listeners = List.copyOf(listeners);
		this.folder = folder;
		this.configuration = Map.copyOf(configuration);
		this.controllerPort = controllerPort;
		this.process = launch();
	}

	/**
	 * Starts a broker and waits until it serves.
	 * @param port the port to listen on
	 * @param folder where it keeps its data and its log
	 */
	public static KafkaServer start(int port, Path folder) {
		return new KafkaServer(List.of(new Listener(port, port)), Ports.free(), folder, Map.of());
	}

	/**
	 * Starts a broker that tells its clients to come to other ports: those of
	 * {@link TcpProxy proxies} before it.
	 * @param listeners at least one
	 * @param folder where it keeps its data and its log
	 * @param configuration what is to be other than by default in its configuration
	 */
	public static KafkaServer start(List<Listener> listeners, Path folder, Map<String, String> configuration) {
		return new KafkaServer(listeners, Ports.free(), folder, configuration);
	}

	/**
	 * Starts a broker that is one of several. Waits until it serves, which it does when
	 * most of them have started.
	 * @param configuration with the {@value #VOTERS} of all
	 */
	static KafkaServer startOneOf(List<Listener> listeners, int controllerPort, Path folder,
			Map<String, String> configuration) {
		return new KafkaServer(listeners, controllerPort, folder, configuration);
	}

	/**
	 * A port to listen on, and the port that clients who came through it are told to use.
	 */
	public record Listener(int port, int advertisedPort) {

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

	public String bootstrapServers() {
		return "localhost:" + this.listeners.getFirst().advertisedPort();
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
		this.process.stop(Duration.ofSeconds(20));
	}

	@Override
	public void close() {
		stop();
	}

	private ChildProcess launch() {
		this.listeners.forEach((listener) -> Ports.requireFree("Kafka", listener.port()));
		try {
			Files.createDirectories(this.folder);
			Path properties = this.folder.resolve("server.properties");
			Files.writeString(properties, configuration(this.listeners, "127.0.0.1", this.controllerPort,
					this.folder.resolve("logs").toString(), this.configuration));
			if (!Files.exists(this.folder.resolve("logs").resolve("meta.properties"))) {
				List<String> format = new ArrayList<>(List.of("format", "-t", CLUSTER_ID, "-c", properties.toString()));
				if (!this.configuration.containsKey(VOTERS)) {
					format.add("--standalone");
				}
				run("kafka.tools.StorageTool", format.toArray(String[]::new));
			}
			Path log = this.folder.resolve("kafka.log");
			long before = Files.exists(log) ? Files.size(log) : 0;
			ChildProcess started = ChildProcess.start("Kafka on port " + this.listeners.getFirst().port(),
					java("kafka.Kafka", properties.toString()), Map.of(), log);
			Readiness.await(started, Duration.ofSeconds(60), () -> saysStarted(log, before));
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean saysStarted(Path log, long before) {
		try (InputStream in = Files.newInputStream(log)) {
			in.skipNBytes(before);
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("Kafka Server started");
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * What a broker of this kind is configured with, as {@code server.properties}. The
	 * buffer of the log cleaner, 128 MB by default, would be half the heap.
	 * @param listeners at least one
	 * @param address what it listens on
	 * @param controllerPort where it is its own controller
	 * @param logs where it keeps its data
	 * @param others what is to be other than that
	 */
	public static String configuration(List<Listener> listeners, String address, int controllerPort, String logs,
			Map<String, String> others) {
		return """
				process.roles=broker,controller
				node.id=1
				controller.quorum.bootstrap.servers=localhost:%1$d
				listeners=%2$s,CONTROLLER://127.0.0.1:%1$d
				advertised.listeners=%3$s
				controller.listener.names=CONTROLLER
				inter.broker.listener.name=CLIENTS0
				listener.security.protocol.map=%4$s,CONTROLLER:PLAINTEXT
				log.dirs=%5$s
				auto.create.topics.enable=false
				offsets.topic.replication.factor=1
				offsets.topic.num.partitions=3
				transaction.state.log.replication.factor=1
				transaction.state.log.min.isr=1
				transaction.state.log.num.partitions=3
				share.coordinator.state.topic.replication.factor=1
				share.coordinator.state.topic.min.isr=1
				share.coordinator.state.topic.num.partitions=3
				group.initial.rebalance.delay.ms=0
				group.min.session.timeout.ms=500
				group.consumer.min.session.timeout.ms=6000
				group.consumer.session.timeout.ms=6000
				group.consumer.heartbeat.interval.ms=250
				group.consumer.min.heartbeat.interval.ms=250
				group.share.min.session.timeout.ms=6000
				group.share.session.timeout.ms=6000
				group.share.heartbeat.interval.ms=250
				group.share.min.heartbeat.interval.ms=250
				group.share.initialize.retry.interval.ms=500
				log.cleaner.dedupe.buffer.size=16777216
				""".formatted(controllerPort, each(listeners, "CLIENTS%1$d://" + address + ":%2$d"),
				each(listeners, "CLIENTS%1$d://localhost:%3$d"), each(listeners, "CLIENTS%1$d:PLAINTEXT"), logs)
				+ others.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + "=" + entry.getValue() + "\n")
					.collect(Collectors.joining());
	}

	/**
	 * The list of the pattern filled in for each listener: its number, its port, its
	 * advertised port.
	 */
	private static String each(List<Listener> listeners, String pattern) {
		return IntStream.range(0, listeners.size())
			.mapToObj((i) -> pattern.formatted(i, listeners.get(i).port(), listeners.get(i).advertisedPort()))
			.collect(Collectors.joining(","));
	}

	private void run(String mainClass, String... arguments) throws IOException {
		Path output = this.folder.resolve("format.log");
		Files.deleteIfExists(output);
		ChildProcess tool = ChildProcess.start(mainClass, java(mainClass, arguments), Map.of(), output);
		if (tool.result(Duration.ofSeconds(60)) != 0) {
			throw new IllegalStateException(mainClass + " failed:\n" + String.join("\n", tool.logTail(15)));
		}
	}

	private static List<String> java(String mainClass, String... arguments) {
		List<String> command = new ArrayList<>(List.of(JavaRuntime.executable(), "-Xmx256m", "-XX:+UseSerialGC"));
		command.addAll(JavaRuntime.childOptions());
		command.addAll(List.of("-Dlogback.configurationFile=io/doab/servers/broker-logback.xml", "-cp", classPath(),
				mainClass));
		command.addAll(Arrays.asList(arguments));
		return command;
	}

	/**
	 * The entries of the running class path that this module itself depends on, and the
	 * module itself.
	 */
	private static String classPath() {
		Set<String> own = brokerJars();
		return JavaRuntime.classPath()
			.stream()
			.filter((entry) -> own.contains(fileName(entry)) || isThisModule(entry))
			.collect(Collectors.joining(System.getProperty("path.separator")));
	}

	private static boolean isThisModule(String entry) {
		return fileName(entry).startsWith("doab-servers")
				|| entry.replace('\\', '/').endsWith("servers/target/classes");
	}

	private static String fileName(String entry) {
		@Nullable Path name = Path.of(entry).getFileName();
		return (name != null) ? name.toString() : "";
	}

	private static Set<String> brokerJars() {
		try (InputStream in = KafkaServer.class.getResourceAsStream("broker-jars.txt")) {
			if (in == null) {
				throw new IllegalStateException("broker-jars.txt is missing: build infra/servers with Maven");
			}
			String list = new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
			return Arrays.stream(list.split(":", -1))
				.map(KafkaServer::fileName)
				.collect(Collectors.toCollection(LinkedHashSet::new));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
