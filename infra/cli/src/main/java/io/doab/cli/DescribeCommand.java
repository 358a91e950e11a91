package io.doab.cli;

import java.util.List;

import io.doab.stream.StreamDescription;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Describes a stream.
 */
@Command(name = "describe", description = "Describe a stream, partition by partition.",
		footer = { "", "Example:", "  doab describe payments" })
final class DescribeCommand extends SessionCommand {

	@Parameters(paramLabel = "STREAM", description = "the stream")
	private String stream = "";

	@Override
	int run(Session session, Output output) {
		StreamDescription described = session.admin().describe(this.stream);
		if (output.isJson()) {
			output.json(described);
			return 0;
		}
		output.out()
			.println(described.name() + ": " + described.events() + " events, read by "
					+ (described.groups().isEmpty() ? "no group" : String.join(", ", described.groups())));
		output.table(List.of("PARTITION", "EVENTS", "FIRST", "STORED", "LAST", "STORED", "BYTES"),
				described.partitions()
					.stream()
					.map((partition) -> List.of(Output.text(partition.partition()), Output.text(partition.events()),
							position(partition.first()), time(partition.first()), position(partition.last()),
							time(partition.last()), Output.text(partition.bytes())))
					.toList());
		return 0;
	}

	private static String position(StreamDescription.@Nullable Stored stored) {
		return (stored != null) ? stored.position().toString() : "-";
	}

	private static String time(StreamDescription.@Nullable Stored stored) {
		return (stored != null) ? stored.time().toString() : "-";
	}

}
