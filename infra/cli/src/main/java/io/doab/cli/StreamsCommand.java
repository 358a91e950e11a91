package io.doab.cli;

import java.util.List;

import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDescription;
import picocli.CommandLine.Command;

/**
 * Lists streams.
 */
@Command(name = "streams", description = "List the streams: partitions, events, bytes and the groups that read them.",
		footerHeading = "%nExample:%n",
		footer = { "  doab streams --json" })
final class StreamsCommand extends StreamCommand {

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		StreamAdmin admin = streams.admin();
		List<StreamDescription> described = admin.streams().stream().map(admin::describe).toList();
		if (isJson()) {
			described.forEach(output::json);
			return;
		}
		output.table(List.of("STREAM", "PARTITIONS", "EVENTS", "BYTES", "GROUPS"),
				described.stream()
					.map((stream) -> List.of(stream.name(), Output.text(stream.partitions().size()),
							Output.text(stream.events()), Output.text(bytes(stream)),
							String.join(",", stream.groups())))
					.toList());
	}

	private static long bytes(StreamDescription stream) {
		return stream.partitions()
			.stream()
			.mapToLong((partition) -> (partition.bytes() != null) ? partition.bytes() : 0)
			.sum();
	}

}
