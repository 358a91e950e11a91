package io.doab.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Resumes a group.
 */
@Command(name = "resume", description = "Let the members of a paused group join again.",
		footerHeading = "%nExample:%n",
		footer = { "  doab resume payment-service" })
final class ResumeCommand extends StreamCommand {

	@Parameters(paramLabel = "GROUP", description = "the group")
	private String group = "";

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		streams.admin().groups().describe(this.group);
		streams.admin().groups().resume(this.group);
		output.line("Group " + this.group + " is resumed.");
	}

}
