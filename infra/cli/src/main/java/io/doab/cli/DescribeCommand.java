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
		footerHeading = "%nExample:%n",
		footer = { "  doab describe payments" })
final class DescribeCommand extends StreamCommand {

	@Parameters(paramLabel = "STREAM", description = "the stream")
	private String stream = "";

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		StreamDescription described = streams.admin().describe(this.stream);
		if (isJson()) {
			output.json(described);
			return;
		}
		output.line(described.name() + ": " + described.events() + " events, read by "
					+ (described.groups().isEmpty() ? "no group" : String.join(", ", described.groups())));
		output.table(List.of("PARTITION", "EVENTS", "FIRST", "STORED", "LAST", "STORED", "BYTES"),
				described.partitions()
					.stream()
					.map((partition) -> List.of(Output.text(partition.partition()), Output.text(partition.events()),
							position(partition.first()), time(partition.first()), position(partition.last()),
							time(partition.last()), Output.text(partition.bytes())))
					.toList());
	}

	private static String position(StreamDescription.@Nullable Stored stored) {
		return (stored != null) ? stored.position().toString() : "-";
	}

	private static String time(StreamDescription.@Nullable Stored stored) {
		return (stored != null) ? stored.time().toString() : "-";
	}

}
