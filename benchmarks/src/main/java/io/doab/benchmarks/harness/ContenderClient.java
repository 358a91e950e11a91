package io.doab.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.doab.servers.JavaRuntime;

import org.jspecify.annotations.Nullable;

/**
 * A contender's process as the harness sees it. Not for several threads.
 */
final class ContenderClient implements AutoCloseable {

	/** The same for all contenders. */
	static final List<String> JVM_OPTIONS = List.of("-Xms768m", "-Xmx768m", "-XX:+UseG1GC",
			"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

	private final Process process;

	private final BufferedReader answers;

	private final Writer commands;

	private final Path log;

	private ContenderClient(Process process, Path log) {
		this.process = process;
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.commands = process.outputWriter(StandardCharsets.UTF_8);
		this.log = log;
	}

	/**
	 * Starts the process of a contender, which does nothing yet.
	 * @param mainClass what serves there
	 * @param folder where its log goes
	 */
	static ContenderClient start(String mainClass, Entrant entrant, Path folder) {
		try {
			Files.createDirectories(folder);
			Path log = folder.resolve(entrant.backend() + "-" + entrant.name() + ".log");
			List<String> command = new ArrayList<>();
			command.add(JavaRuntime.executable());
			command.addAll(JVM_OPTIONS);
			command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass, entrant.backend(),
					entrant.name()));
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
			return new ContenderClient(process, log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Has it do a task, and waits for it. */
	Measured run(Task task) {
		return ask(ContenderProcess.RUN, task, Measured.class);
	}

	/** Has it begin a task that goes on. */
	void begin(Task task) {
		ask(ContenderProcess.START, task, String.class);
	}

	/** From now on what it uses counts. */
	void mark() {
		ask(ContenderProcess.MARK, null, String.class);
	}

	/** What it holds now. */
	Footprint weigh() {
		return ask(ContenderProcess.WEIGH, null, Footprint.class);
	}

	/** Ends it as a machine would that fails. */
	void kill() {
		this.process.destroyForcibly();
	}

	/** Has it stop. */
	Measured stop() {
		return ask(ContenderProcess.STOP, null, Measured.class);
	}

	private <T> T ask(String command, @Nullable Task task, Class<T> type) {
		try {
			this.commands
				.write((task != null) ? command + " " + ContenderProcess.JSON.writeValueAsString(task) : command);
			this.commands.write('\n');
			this.commands.flush();
			String answer = this.answers.readLine();
			if (answer != null && answer.startsWith(ContenderProcess.ANSWER)) {
				return ContenderProcess.JSON.readValue(answer.substring(ContenderProcess.ANSWER.length()), type);
			}
			throw new IllegalStateException(
					((answer != null) ? answer : "The contender's process has ended") + "; its log is " + this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The contender's process cannot be reached; its log is " + this.log, ex);
		}
	}

	@Override
	public void close() {
		try {
			this.commands.close();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (IOException ex) {
			this.process.destroyForcibly();
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
