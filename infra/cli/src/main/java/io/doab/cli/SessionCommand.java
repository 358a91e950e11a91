package io.doab.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A command that asks a server.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class SessionCommand implements Callable<Integer> {

	@Mixin
	private ServerOptions server = new ServerOptions();

	@Mixin
	private Output output = new Output();

	@Override
	public final Integer call() {
		try (Session session = new Session(this.server.connect())) {
			return run(session, this.output);
		}
	}

	/** Returns the exit status. */
	abstract int run(Session session, Output output);

}
