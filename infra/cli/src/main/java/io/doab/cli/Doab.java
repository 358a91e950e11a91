package io.doab.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/**
 * The program. Its exit status: 0 when it did what it was asked for, 1 when it could not
 * (the message says why), 2 when it was not asked in a way that it understands.
 */
@Command(name = "doab", description = "Streams of Redis or Kafka from a shell.", mixinStandardHelpOptions = true,
		versionProvider = DoabVersion.class,
		subcommands = { TailCommand.class, RangeCommand.class, PublishCommand.class, StreamsCommand.class,
				DescribeCommand.class, GroupsCommand.class, LagCommand.class, ResetCommand.class, PauseCommand.class,
				ResumeCommand.class, DeadLettersCommand.class, RedriveCommand.class, DiscardCommand.class, HelpCommand.class },
		exitCodeListHeading = "%nExit status:%n",
		exitCodeList = { "0:done", "1:it could not be done; the message says why", "2:the arguments are wrong" },
		footerHeading = "%nExamples:%n",
		footer = { "  doab tail payments                        what comes, as it comes",
				"  doab range payments --backwards -n 10     the newest ten",
				"  doab groups                               who reads what, and what they have not done",
				"  doab --help, doab tail --help             more of them", "",
				"Without options it looks for the servers of ./run on this machine." })
public final class Doab implements Runnable {

	private Doab() {
	}

	public static void main(String[] arguments) {
		PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
		int status = run(System.getenv(), System.in, out, new PrintWriter(System.err, true, StandardCharsets.UTF_8),
				arguments);
		out.flush();
		// Clients may have threads that are none of ours to end.
		System.exit(status);
	}

	/**
	 * Runs a command.
	 * @return the exit status
	 */
	static int run(Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err,
			String... arguments) {
		return new CommandLine(new Doab(), new CommandFactory(environment, in)).setOut(out)
			.setErr(err)
			.setCaseInsensitiveEnumValuesAllowed(true)
			.setUsageHelpAutoWidth(true)
			.setExecutionExceptionHandler(Doab::failed)
			.setParameterExceptionHandler(Doab::refused)
			.execute(arguments);
	}

	/** Without a command there is nothing to do. */
	@Override
	public void run() {
		throw new IllegalArgumentException("Which command? See doab --help");
	}

	private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
		command.getOut().flush();
		boolean wrong = failure instanceof IllegalArgumentException;
		command.getErr().println("doab: " + message(failure));
		return wrong ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
	}

	private static int refused(ParameterException refusal, String[] arguments) {
		CommandLine command = refusal.getCommandLine();
		command.getErr().println("doab: " + refusal.getMessage());
		command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
		return CommandLine.ExitCode.USAGE;
	}

	private static String message(Exception failure) {
		String message = failure.getMessage();
		return (message != null) ? message : failure.toString();
	}

}
