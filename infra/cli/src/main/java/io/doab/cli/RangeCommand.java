package io.doab.cli;

import io.doab.stream.EventCursor;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints the events of a range.
 */
@Command(name = "range",
		description = { "Prints the events of a stream between two points.",
				"Those of several partitions are merged in the order in which they were stored." },
		footerHeading = "%nExamples:%n",
		footer = { "  doab range payments                                     all there is, the oldest first",
				"  doab range payments --backwards -n 10                   the newest ten",
				"  doab range payments --from 15m --json                   the last quarter of an hour, as JSON",
				"  doab range payments --from 2026-11-28 --to '(2026-11-29'  a day",
				"  doab range payments -p 2 --from '(1518951480106-0' -n 1   the event after that one" })
final class RangeCommand extends StreamCommand {

	@Parameters(paramLabel = "STREAM", description = "The stream's name, without a partition")
	private String stream = "";

	@Option(names = { "-p", "--partition" }, paramLabel = "N", description = "This partition alone")
	private @Nullable Integer partition;

	@Option(names = "--from", paramLabel = "POINT", converter = PointConverter.class,
			description = "Where it begins: " + PointConverter.FORMS)
	private StreamPoint from = StreamPoint.beginning();

	@Option(names = "--to", paramLabel = "POINT", converter = PointConverter.class,
			description = "Where it ends; now when not given")
	private StreamPoint to = StreamPoint.now();

	@Option(names = { "-n", "--count" }, paramLabel = "N", description = "So many at most")
	private long count = Long.MAX_VALUE;

	@Option(names = "--backwards", description = "The newest first")
	private boolean backwards;

	@Mixin
	private DisplayOptions display = new DisplayOptions();

	@Override
	void run(Streams streams) {
		StreamRange range = new StreamRange(this.stream, this.partition, this.from, this.to, this.count,
				this.backwards);
		EventPrinter printer = this.display.printer(out(), isJson());
		try (EventCursor<byte[]> cursor = streams.reader().range(range, byte[].class)) {
			boolean read = true;
			while (read && cursor.hasNext()) {
				read = printer.print(cursor.next());
			}
		}
	}

}
