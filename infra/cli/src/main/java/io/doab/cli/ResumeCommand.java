package io.doab.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Resumes a group.
 */
@Command(name = "resume", description = "Let the members of a paused group join again.",
		footer = { "", "Example:", "  doab resume payment-service" })
final class ResumeCommand extends SessionCommand {

	@Parameters(paramLabel = "GROUP", description = "the group")
	private String group = "";

	@Override
	int run(Session session, Output output) {
		session.admin().groups().describe(this.group);
		session.admin().groups().resume(this.group);
		output.err().println("Group " + this.group + " is resumed.");
		return 0;
	}

}
