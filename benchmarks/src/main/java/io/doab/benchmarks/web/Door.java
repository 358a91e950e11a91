package io.doab.benchmarks.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.doab.benchmarks.harness.AtInterrupt;
import io.doab.benchmarks.harness.Pause;
import io.doab.servers.ChildProcess;
import io.doab.servers.JavaRuntime;
import io.doab.servers.Ports;

/**
 * A process that takes payments over HTTP. All have the same flags.
 *
 * @param port where it takes them
 * @param interrupt closes it with this process
 */
record Door(int port, ChildProcess process, AtInterrupt interrupt) implements AutoCloseable {

	static final String TOKEN = "benchmark";

	private static final List<String> FLAGS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC",
			"--enable-native-access=ALL-UNNAMED");

	private static final Duration START_LIMIT = Duration.ofMinutes(5);

	/**
	 * Starts one and waits until it serves.
	 * @param name what its log is called
	 * @param program what follows the flags of Java: a jar, or a class path and a class
	 * @param settings as arguments, {@code --name=value}
	 */
	static Door open(String name, List<String> program, List<String> settings, Path folder) {
		int port = Ports.free();
		List<String> command = new ArrayList<>();
		command.add(JavaRuntime.executable());
		command.addAll(FLAGS);
		command.addAll(program);
		command.addAll(settings);
		// By default a connection is closed after a hundred requests.
		command.addAll(List.of("--server.tomcat.max-keep-alive-requests=-1", "--server.port=" + port,
				"--management.server.port=" + Ports.free(), "--spring.threads.virtual.enabled=true",
				"--spring.main.banner-mode=off"));
		ChildProcess process = ChildProcess.start(name, command,
				Map.of("DOAB_API_TOKEN", TOKEN, "DOAB_CARD_KEY", "a-key-of-a-benchmark"),
				folder.resolve(name + ".log"));
		Door door = new Door(port, process, AtInterrupt.run(process::close));
		try {
			Pause.until(name + " serves", START_LIMIT, door::serves);
			return door;
		}
		catch (IllegalStateException ex) {
			door.close();
			throw ex;
		}
	}

	private boolean serves() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException(
					this.process + " ended while it started:\n" + String.join("\n", this.process.logTail(20)));
		}
		// Not by trying to bind it, which would keep the process from it.
		try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.process.close();
		this.interrupt.close();
	}

}
