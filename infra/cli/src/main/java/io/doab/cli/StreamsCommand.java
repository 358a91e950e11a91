package io.doab.cli;

import java.util.List;

import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDescription;
import picocli.CommandLine.Command;

/**
 * Lists streams.
 */
@Command(name = "streams", description = "List the streams: partitions, events, bytes and the groups that read them.",
		footer = { "", "Example:", "  doab streams --json" })
final class StreamsCommand extends SessionCommand {

	@Override
	int run(Session session, Output output) {
		StreamAdmin admin = session.admin();
		List<StreamDescription> streams = admin.streams().stream().map(admin::describe).toList();
		if (output.isJson()) {
			output.json(streams);
			return 0;
		}
		output.table(List.of("STREAM", "PARTITIONS", "EVENTS", "BYTES", "GROUPS"), streams.stream()
			.map((stream) -> List.of(stream.name(), Output.text(stream.partitions().size()),
					Output.text(stream.events()), Output.text(bytes(stream)), String.join(",", stream.groups())))
			.toList());
		return 0;
	}

	private static long bytes(StreamDescription stream) {
		return stream.partitions()
			.stream()
			.mapToLong((partition) -> (partition.bytes() != null) ? partition.bytes() : 0)
			.sum();
	}

}
