package io.doab.cli;

import java.util.List;

import io.doab.stream.GroupAdmin;
import io.doab.stream.GroupDescription;
import io.doab.stream.GroupDescription.Pause;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lists groups.
 */
@Command(name = "groups", description = "List the groups: what they read, their members and what they have not done.",
		footer = { "", "Examples:", "  doab groups", "  doab groups --stream payments" })
final class GroupsCommand extends SessionCommand {

	@Option(names = "--stream", paramLabel = "STREAM", description = "only those that read this stream")
	private @Nullable String stream;

	@Override
	int run(Session session, Output output) {
		GroupAdmin groups = session.admin().groups();
		List<String> names = (this.stream != null) ? session.admin().describe(this.stream).groups().stream().toList()
				: groups.names();
		List<GroupDescription> described = names.stream().map(groups::describe).toList();
		if (output.isJson()) {
			output.json(described);
			return 0;
		}
		output.table(List.of("GROUP", "KIND", "STATE", "MEMBERS", "LAG", "OLDEST", "READS"),
				described.stream()
					.map((group) -> List.of(group.name(), group.kind().name().toLowerCase(java.util.Locale.ROOT),
							state(group), Output.text(group.members().size()), Output.text(group.lag()),
							Output.text(group.lag().age()), String.join(",", group.inputs())))
					.toList());
		return 0;
	}

	private static String state(GroupDescription group) {
		Pause pause = group.pause();
		if (pause != null) {
			return group.members().isEmpty() ? "paused" : "pausing";
		}
		return group.members().isEmpty() ? "stopped" : "running";
	}

}
