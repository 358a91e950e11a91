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

	private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

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
			Process process = ProgramFolder.start(builder);
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

	/**
	 * Ends the process and those it started at once, as a crash would, and waits until
	 * they are gone.
	 */
	public void kill() {
		List<ProcessHandle> family = this.process.descendants().toList();
		this.process.destroyForcibly();
		family.forEach(ProcessHandle::destroyForcibly);
		await(KILL_LIMIT);
		family.forEach((member) -> member.onExit()
			.completeOnTimeout(member, KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
			.join());
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

	/**
	 * As {@link #stop}, with SIGINT: for a program that waits for its clients when it is
	 * asked with SIGTERM.
	 */
	void interrupt(Duration grace) {
		if (isAlive()) {
			signal("INT");
		}
		if (!await(grace)) {
			kill();
		}
	}

	/**
	 * Waits for a program that ends by itself.
	 * @param limit how long it may take
	 * @return its exit status
	 * @throws IllegalStateException when it takes longer or this thread is interrupted;
	 * the process is killed before
	 */
	public int result(Duration limit) {
		try {
			if (this.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
				return this.process.exitValue();
			}
			kill();
			throw new IllegalStateException(this + " did not end within " + limit.toSeconds() + " s");
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while " + this + " was at work", ex);
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
			// The shell's own kill: a small system may have no program of that name.
			int status = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + pid()).start().waitFor();
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

	/**
	 * An interrupt does not cut this short: a child that nobody waited for outlives its
	 * parent.
	 */
	private boolean await(Duration limit) {
		long deadline = System.nanoTime() + limit.toNanos();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return this.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
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
