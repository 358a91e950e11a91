package io.doab.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command on the streams of a backend. What it throws becomes its message and its exit
 * status.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = DoabVersion.class)
abstract class StreamCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Mixin
	private @Nullable ServerOptions servers;

	@Option(names = "--json", description = "One JSON object a line instead of a table")
	private boolean json;

	/** Does it. What it prints goes to {@link #out()}. */
	abstract void run(Streams streams) throws Exception;

	final PrintWriter out() {
		return Objects.requireNonNull(this.spec).commandLine().getOut();
	}

	final boolean isJson() {
		return this.json;
	}

	@Override
	public final Integer call() throws Exception {
		try (Streams streams = new Streams(Objects.requireNonNull(this.servers).connect())) {
			run(streams);
		}
		finally {
			out().flush();
		}
		return CommandLine.ExitCode.OK;
	}

}
