package io.doab.cli;

import io.doab.stream.Position;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Removes a dead letter.
 */
@Command(name = "discard", description = "Remove a dead letter for good.",
		footerHeading = "%nExample:%n",
		footer = { "  doab discard payments 0 1518951480106-0" })
final class DiscardCommand extends StreamCommand {

	@Parameters(index = "0", paramLabel = "STREAM", description = "the stream that it came from")
	private String stream = "";

	@Parameters(index = "1", paramLabel = "PARTITION", description = "its partition")
	private int partition;

	@Parameters(index = "2", paramLabel = "POSITION", description = "where it stands, as dead-letters tells")
	private String position = "";

	@Mixin
	private Confirmation confirmation = new Confirmation();

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		streams.admin().describe(this.stream);
		Position place = Position.parse(this.position);
		this.confirmation.require("Remove the dead letter at " + place + " of partition " + this.partition + " of "
				+ this.stream + " for good?");
		streams.deadLetters(0).discard(this.stream, this.partition, place);
		output.line("Removed.");
	}

}
