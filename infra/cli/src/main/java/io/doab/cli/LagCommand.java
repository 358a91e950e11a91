package io.doab.cli;

import java.util.List;

import io.doab.stream.GroupDescription;
import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.ParkedEvents;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Tells what a group has not done.
 */
@Command(name = "lag",
		description = "Tell what a group has not done, by partition, with owners and epochs. ~ is about, for more than 1,000.",
		footerHeading = "%nExamples:%n",
		footer = { "  doab lag payment-service", "  doab lag payment-service --parked --json" })
final class LagCommand extends StreamCommand {

	@Parameters(paramLabel = "GROUP", description = "the group")
	private String group = "";

	@Option(names = "--parked",
			description = "also tell what waits for its next attempt; on Kafka this reads the group's changelog")
	private boolean parked;

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		GroupDescription described = streams.admin().groups().describe(this.group);
		List<ParkedEvents> waiting = this.parked ? streams.admin().groups().parked(this.group) : List.of();
		if (isJson()) {
			output.json(new Answer(described, waiting));
			return;
		}
		Pause pause = described.pause();
		if (pause != null) {
			output.line("Paused since " + pause.since() + ": " + pause.reason());
		}
		output.table(List.of("PARTITION", "STREAM", "DONE UP TO", "BEYOND", "LAG", "OLDEST", "EPOCH", "OWNER"),
				described.partitions()
					.stream()
					.flatMap((partition) -> partition.inputs()
						.stream()
						.map((input) -> List.of(Output.text(partition.partition()), input.stream(),
								Output.text(input.prefix()), Output.text(input.doneBeyond()), Output.text(input.lag()),
								Output.text(input.lag().age()), Output.text(partition.epoch()),
								Output.text(partition.owner()))))
					.toList());
		if (this.parked) {
			output.table(List.of("PARTITION", "PARKED", "FAILED SINCE", "NEXT ATTEMPT"),
					waiting.stream()
						.map((events) -> List.of(Output.text(events.partition()), Output.text(events.events()),
								Output.text(events.failedSince()), Output.text(events.nextAttempt())))
						.toList());
		}
	}

	/** What is printed as JSON. */
	record Answer(GroupDescription group, List<ParkedEvents> parked) {

	}

}
