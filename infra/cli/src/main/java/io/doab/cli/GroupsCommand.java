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
		footerHeading = "%nExamples:%n",
		footer = { "  doab groups", "  doab groups --stream payments" })
final class GroupsCommand extends StreamCommand {

	@Option(names = "--stream", paramLabel = "STREAM", description = "only those that read this stream")
	private @Nullable String stream;

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		GroupAdmin groups = streams.admin().groups();
		List<String> names = (this.stream != null) ? streams.admin().describe(this.stream).groups().stream().toList()
				: groups.names();
		List<GroupDescription> described = names.stream().map(groups::describe).toList();
		if (isJson()) {
			described.forEach(output::json);
			return;
		}
		output.table(List.of("GROUP", "KIND", "STATE", "MEMBERS", "LAG", "OLDEST", "READS"),
				described.stream()
					.map((group) -> List.of(group.name(), group.kind().name().toLowerCase(java.util.Locale.ROOT),
							state(group), Output.text(group.members().size()), Output.text(group.lag()),
							Output.text(group.lag().age()), String.join(",", group.inputs())))
					.toList());
	}

	private static String state(GroupDescription group) {
		Pause pause = group.pause();
		if (pause != null) {
			return group.members().isEmpty() ? "paused" : "pausing";
		}
		return group.members().isEmpty() ? "stopped" : "running";
	}

}
