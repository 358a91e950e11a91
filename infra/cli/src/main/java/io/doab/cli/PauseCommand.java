package io.doab.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.doab.stream.GroupAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Pauses a group.
 */
@Command(name = "pause", description = "Have all members of a group drain, commit and leave, and wait until they have.",
		footerHeading = "%nExample:%n",
		footer = { "  doab pause payment-service --reason 'the rules change'" })
final class PauseCommand extends StreamCommand {

	private static final Duration LOOK = Duration.ofMillis(200);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Parameters(paramLabel = "GROUP", description = "the group")
	private String group = "";

	@Option(names = "--reason", paramLabel = "TEXT", description = "why; default: ${DEFAULT-VALUE}")
	private String reason = "by the command line";

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		GroupAdmin groups = streams.admin().groups();
		groups.pause(this.group, this.reason);
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!groups.describe(this.group).members().isEmpty()) {
			if (System.nanoTime() - deadline > 0) {
				throw new IllegalStateException("Group " + this.group + " is paused, and after " + PATIENCE.toSeconds()
						+ " s there are still members: " + groups.describe(this.group).members());
			}
			LockSupport.parkNanos(LOOK.toNanos());
		}
		output.line("Group " + this.group + " is paused.");
	}

}
