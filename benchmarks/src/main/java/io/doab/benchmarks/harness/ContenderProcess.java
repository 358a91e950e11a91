package io.doab.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

/**
 * The process of one contender: its heap and what the compiler made of its code are its
 * own, over all rounds. Takes commands line by line from its input and answers each with
 * one line that begins with {@value #ANSWER} or {@value #FAILURE}. Ends with its input.
 */
public final class ContenderProcess {

	static final String ANSWER = "ANSWER ";

	static final String FAILURE = "FAILURE ";

	/** Does a whole task: {@code RUN <task>}. */
	static final String RUN = "RUN";

	/** Starts a task that goes on: {@code START <task>}. */
	static final String START = "START";

	/** Begins to measure what was started. */
	static final String MARK = "MARK";

	/** Stops it, and answers with what it used since then. */
	static final String STOP = "STOP";

	/** What the process holds. */
	static final String WEIGH = "WEIGH";

	static final JsonMapper JSON = new JsonMapper();

	private static final Duration JOIN_LIMIT = Duration.ofMinutes(2);

	private static final Duration RUN_LIMIT = Duration.ofMinutes(20);

	private final Contender contender;

	private final Function<Task, Progress> progress;

	private @Nullable AutoCloseable running;

	private @Nullable Task task;

	private @Nullable Usage mark;

	private ContenderProcess(Contender contender, Function<Task, Progress> progress) {
		this.contender = contender;
		this.progress = progress;
	}

	/**
	 * Serves until the input ends, and ends the process.
	 * @param progress what tells how far the group of a task is
	 */
	public static void serve(Contender contender, Function<Task, Progress> progress) throws IOException {
		// What a library prints is no answer.
		PrintStream answers = System.out;
		System.setOut(System.err);
		ContenderProcess process = new ContenderProcess(contender, progress);
		try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				answers.println(process.answer(line));
				answers.flush();
			}
		}
		// Threads that a library left behind are no reason to stay.
		System.exit(0);
	}

	private String answer(String line) {
		try {
			int space = line.indexOf(' ');
			String command = (space < 0) ? line : line.substring(0, space);
			String text = (space < 0) ? "" : line.substring(space + 1);
			return ANSWER + JSON.writeValueAsString(switch (command) {
				case RUN -> run(JSON.readValue(text, Task.class));
				case START -> start(JSON.readValue(text, Task.class));
				case MARK -> mark();
				case STOP -> stop();
				case WEIGH -> Footprint.now();
				default -> throw new IllegalArgumentException("Unknown command " + command);
			});
		}
		catch (Exception ex) {
			ex.printStackTrace();
			return FAILURE + ex.toString().replace('\n', ' ');
		}
	}

	private Measured run(Task work) throws Exception {
		System.gc();
		Probe probe = new Probe(work);
		try (Progress server = this.progress.apply(work); AutoCloseable started = this.contender.start(work, probe)) {
			Objects.requireNonNull(started);
			Pause.until("the first event is handled", JOIN_LIMIT, probe::hasBegun);
			Pause.until("all is acknowledged", RUN_LIMIT,
					() -> probe.hasBegun() && probe.hasSeenAll() && server.isDone());
			Usage end = Usage.now(work.serverPids());
			Usage used = end.since(Objects.requireNonNull(probe.usageAtBegin()));
			return new Measured(work.events(), used, probe.soundness(), null, null);
		}
	}

	private String start(Task work) throws Exception {
		System.gc();
		this.task = work;
		Probe probe = new Probe(work);
		this.running = this.contender.start(work, probe);
		if (work.workload() == Workload.MEMORY && work.events() > 0) {
			Pause.until("a handler stands still", JOIN_LIMIT, probe::hasBegun);
		}
		return "started";
	}

	private String mark() {
		this.mark = Usage.now(Objects.requireNonNull(this.task, "nothing was started").serverPids());
		return "marked";
	}

	private Measured stop() throws Exception {
		Task done = Objects.requireNonNull(this.task, "nothing was started");
		Usage used = Usage.now(done.serverPids()).since(Objects.requireNonNull(this.mark, "nothing was marked"));
		try (AutoCloseable stopped = this.running) {
			Objects.requireNonNull(stopped);
			this.running = null;
			return new Measured(done.events(), used, null, null, null);
		}
	}

}
