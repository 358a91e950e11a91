package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that this one started, with its output in a log file.
 *
 * <p>
 * Where the system has {@code setsid}, the child gets a session of its own: an interrupt
 * typed at the terminal reaches the parent alone, which then stops its children in the
 * order it wants.
 */
public final class ChildProcess implements AutoCloseable {

	private static final boolean SETSID = onPath("setsid");

	private final String name;

	private final Process process;

	private final Path log;

	private ChildProcess(String name, Process process, Path log) {
		this.name = name;
		this.process = process;
		this.log = log;
	}

	/**
	 * Starts a command.
	 * @param name how messages call the process
	 * @param command the program and its arguments
	 * @param environment variables added to the inherited ones
	 * @param log where its output goes, appended
	 */
	public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
		List<String> line = new ArrayList<>();
		if (SETSID) {
			line.add("setsid");
		}
		line.addAll(command);
		try {
			if (log.getParent() != null) {
				Files.createDirectories(log.getParent());
			}
			ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
			builder.environment().putAll(environment);
			Process process = builder.start();
			process.getOutputStream().close();
			return new ChildProcess(name, process, log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not start " + name + ": " + ex.getMessage(), ex);
		}
	}

	public long pid() {
		return this.process.pid();
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** Completes with the exit status when the process has ended. */
	public CompletableFuture<Integer> ended() {
		return this.process.onExit().thenApply(Process::exitValue);
	}

	/** Ends the process at once, as a crash would, and waits until it is gone. */
	public void kill() {
		this.process.destroyForcibly();
		await(Duration.ofSeconds(10));
	}

	/**
	 * Stops the process in its tracks (SIGSTOP) until {@link #resume()}: its sockets stay
	 * open and answer nothing.
	 */
	public void pause() {
		signal("STOP");
	}

	/** Lets a paused process go on. */
	public void resume() {
		signal("CONT");
	}

	/**
	 * Asks the process to end, and kills it when it has not by then.
	 * @param grace how long it may take
	 */
	public void stop(Duration grace) {
		this.process.destroy();
		if (!await(grace)) {
			kill();
		}
	}

	@Override
	public void close() {
		stop(Duration.ofSeconds(10));
	}

	/** The last lines of the output, oldest first. */
	public List<String> logTail(int lines) {
		try {
			List<String> all = new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8).lines().toList();
			return all.subList(Math.max(0, all.size() - lines), all.size());
		}
		catch (IOException ex) {
			return List.of("(no log: " + ex.getMessage() + ")");
		}
	}

	public Path log() {
		return this.log;
	}

	@Override
	public String toString() {
		return this.name + " (pid " + pid() + ")";
	}

	private void signal(String signal) {
		try {
			int status = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid())).start().waitFor();
			if (status != 0) {
				throw new IllegalStateException("Could not send SIG" + signal + " to " + this);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean await(Duration limit) {
		try {
			this.process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (java.util.concurrent.ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean onPath(String program) {
		String path = System.getenv("PATH");
		if (path == null) {
			return false;
		}
		for (String folder : path.split(":", -1)) {
			if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
				return true;
			}
		}
		return false;
	}

}
