package io.doab.cli;

import java.time.Duration;
import java.util.Optional;

import io.doab.stream.EventCursor;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamReader;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints events as they are stored.
 */
@Command(name = "tail",
		description = { "Prints the events of a stream as they are stored, until it is interrupted.",
				"It takes nothing from anybody. A lost connection is made anew, and it goes on where it was." },
		footerHeading = "%nExamples:%n",
		footer = { "  doab tail payments                        what comes from now on",
				"  doab tail payments --from beginning       all there is, and what comes",
				"  doab tail payments --from 10m --for 60s   the last ten minutes and the next one",
				"  doab tail payments -n 1 --json            the next event" })
final class TailCommand extends StreamCommand {

	private static final Duration FOREVER = Duration.ofDays(36_500);

	@Parameters(paramLabel = "STREAM", description = "The stream's name, without a partition")
	private String stream = "";

	@Option(names = { "-p", "--partition" }, paramLabel = "N", description = "This partition alone")
	private @Nullable Integer partition;

	@Option(names = "--from", paramLabel = "POINT", converter = PointConverter.class,
			description = "Where it begins; now when not given. " + PointConverter.FORMS)
	private StreamPoint from = StreamPoint.now();

	@Option(names = { "-n", "--count" }, paramLabel = "N", description = "End after so many")
	private long count = Long.MAX_VALUE;

	@Option(names = "--for", paramLabel = "TIME", converter = DurationConverter.class,
			description = "End after this time: 500ms, 90s, 15m")
	private Duration time = FOREVER;

	@Mixin
	private DisplayOptions display = new DisplayOptions();

	@Override
	void run(Streams streams) {
		long deadline = System.nanoTime() + this.time.toNanos();
		EventPrinter printer = this.display.printer(out(), isJson());
		try (EventCursor<byte[]> tail = open(streams.reader())) {
			Duration left = this.time;
			for (long printed = 0; printed < this.count && left.isPositive();) {
				Optional<StoredEvent<byte[]>> next = tail.poll(left);
				if (next.isPresent() && !printer.print(next.get())) {
					return;
				}
				printed += next.isPresent() ? 1 : 0;
				left = Duration.ofNanos(deadline - System.nanoTime());
			}
		}
	}

	private EventCursor<byte[]> open(StreamReader reader) {
		return (this.partition == null) ? reader.tail(this.stream, this.from, byte[].class)
				: reader.tail(new StreamPartition(this.stream, this.partition), this.from, byte[].class);
	}

}
