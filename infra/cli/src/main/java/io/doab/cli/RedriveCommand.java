package io.doab.cli;

import java.util.function.Predicate;

import io.doab.stream.DeadLetter;
import io.doab.stream.RedriveReport;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Gives dead letters back.
 */
@Command(name = "redrive",
		description = "Give dead letters back to the end of their stream; every group of the stream sees them again.",
		footerHeading = "%nExamples:%n",
		footer = { "  doab redrive payments --group payment-service --yes",
				"  doab redrive payments --id 4711" })
final class RedriveCommand extends StreamCommand {

	@Parameters(paramLabel = "STREAM", description = "the stream that they came from")
	private String stream = "";

	@Option(names = "--group", paramLabel = "GROUP", description = "only those of this group")
	private @Nullable String group;

	@Option(names = "--key", paramLabel = "KEY", description = "only those of this key")
	private @Nullable String key;

	@Option(names = "--id", paramLabel = "ID", description = "only that of this event")
	private @Nullable String id;

	@Option(names = "--limit", paramLabel = "N", description = "how many at most; default: ${DEFAULT-VALUE}")
	private int limit = 1_000;

	@Option(names = "--max-redrives", paramLabel = "N",
			description = "refuse what was given back so often; default: ${DEFAULT-VALUE}")
	private int maxRedrives = 3;

	@Mixin
	private Confirmation confirmation = new Confirmation();

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		streams.admin().describe(this.stream);
		this.confirmation.require("Give dead letters back to " + this.stream + "?");
		Predicate<DeadLetter> wanted = (letter) -> (this.group == null || this.group.equals(letter.group()))
				&& (this.key == null || this.key.equals(letter.event().key()))
				&& (this.id == null || this.id.equals(letter.event().id()));
		RedriveReport report = streams.deadLetters(this.maxRedrives).redrive(this.stream, wanted, this.limit);
		if (isJson()) {
			output.json(new Answer(report.redriven(), report.refused().size()));
		}
		else {
			output.line(report.redriven() + " given back, " + report.refused().size() + " refused");
		}
		if (!report.refused().isEmpty()) {
			throw new IllegalStateException(report.refused().getFirst().reason());
		}
	}

	/** What is printed as JSON. */
	record Answer(int redriven, int refused) {

	}

}
