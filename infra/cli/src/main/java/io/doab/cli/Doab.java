package io.doab.cli;

import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code doab}. Exit status: 0 done, 1 refused, 2 wrong arguments, 3 the
 * server cannot be reached.
 */
@Command(name = "doab", mixinStandardHelpOptions = true, version = "doab 0.1.0",
		description = "Streams, groups and dead letters, on Redis or Kafka.",
		subcommands = { StreamsCommand.class, DescribeCommand.class, GroupsCommand.class, LagCommand.class,
				ResetCommand.class, PauseCommand.class, ResumeCommand.class, DeadLettersCommand.class,
				RedriveCommand.class, DiscardCommand.class },
		footer = { "", "Examples:", "  doab streams", "  doab lag payment-service --kafka localhost:9092",
				"  doab reset payment-service --to-time 2026-01-31T12:00:00Z --state clear", "",
				"Exit status: 0 done, 1 refused, 2 wrong arguments, 3 the server cannot be reached." })
public final class Doab implements Runnable {

	static final int REFUSED = 1;

	static final int USAGE = 2;

	static final int UNREACHABLE = 3;

	@CommandLine.Spec
	@SuppressWarnings("NullAway.Init")
	private CommandLine.Model.CommandSpec spec;

	/** Runs one command and ends the process. */
	public static void main(String[] arguments) {
		System.exit(commandLine().execute(arguments));
	}

	static CommandLine commandLine() {
		return new CommandLine(new Doab()).setCaseInsensitiveEnumValuesAllowed(true)
			.setExecutionExceptionHandler((failure, command, result) -> {
				command.getErr().println(failure.getMessage());
				return status(failure);
			});
	}

	private static int status(Exception failure) {
		return switch (failure) {
			case RetriableException ex -> UNREACHABLE;
			case StreamException ex -> REFUSED;
			case IllegalArgumentException ex -> USAGE;
			default -> REFUSED;
		};
	}

	@Override
	public void run() {
		throw new CommandLine.ParameterException(this.spec.commandLine(), "Say what to do: doab --help");
	}

}
