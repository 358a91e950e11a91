package io.doab.cli;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.doab.stream.DeadLetter;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.Position;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Lists dead letters.
 */
@Command(name = "dead-letters", description = "List what could not be processed of a stream.",
		footerHeading = "%nExamples:%n",
		footer = { "  doab dead-letters payments", "  doab dead-letters payments --limit 5 --json" })
final class DeadLettersCommand extends StreamCommand {

	private static final int PAGE = 100;

	@Parameters(paramLabel = "STREAM", description = "the stream that they came from")
	private String stream = "";

	@Option(names = "--limit", paramLabel = "N", description = "how many at most; default: ${DEFAULT-VALUE}")
	private int limit = 100;

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		List<DeadLetter> letters = letters(streams);
		if (isJson()) {
			letters.stream().map(Answer::of).forEach(output::json);
			return;
		}
		output.table(List.of("PARTITION", "POSITION", "ID", "KEY", "GROUP", "FAILED", "ATTEMPTS", "REDRIVES", "WHY"),
				letters.stream()
					.map((letter) -> List.of(Output.text(letter.partition().partition()), letter.position().toString(),
							letter.event().id(), Output.text(letter.event().key()), letter.group(),
							letter.lastFailure().toString(), Output.text(letter.attempts()),
							Output.text(letter.redrives()), letter.exception() + ": " + letter.message()))
					.toList());
	}

	private List<DeadLetter> letters(Streams streams) {
		int partitions = streams.admin().describe(this.stream).partitions().size();
		DeadLetterQueue queue = streams.deadLetters(0);
		List<DeadLetter> letters = new ArrayList<>();
		for (int partition = 0; partition < partitions; partition++) {
			Position after = null;
			List<DeadLetter> page;
			do {
				page = queue.list(this.stream, partition, after, PAGE);
				letters.addAll(page);
				after = page.isEmpty() ? after : page.getLast().position();
			}
			while (!page.isEmpty() && letters.size() < this.limit);
		}
		return letters.subList(0, Math.min(this.limit, letters.size()));
	}

	/** What is printed as JSON. */
	record Answer(int partition, Position position, String id, String type, @Nullable String key, String data,
			@Nullable String origin, @Nullable String timer, String group, String exception, String message,
			int attempts, Instant firstFailure, Instant lastFailure, int redrives) {

		private static Answer of(DeadLetter letter) {
			return new Answer(letter.partition().partition(), letter.position(), letter.event().id(),
					letter.event().type(), letter.event().key(),
					new String(letter.event().data(), StandardCharsets.UTF_8), letter.origin().stream(), letter.timer(),
					letter.group(), letter.exception(), letter.message(), letter.attempts(), letter.firstFailure(),
					letter.lastFailure(), letter.redrives());
		}

	}

}
