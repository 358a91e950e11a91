package io.doab.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.doab.stream.GroupReset;
import io.doab.stream.Position;
import io.doab.stream.ResetReport;
import io.doab.stream.ResetTarget;
import io.doab.stream.StreamPartition;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Moves a group.
 */
@Command(name = "reset", description = "Move a stopped, or paused, group to another place of its streams.",
		footerHeading = "%nExamples:%n",
		footer = { "  doab reset payment-service --to-earliest --state clear",
				"  doab reset payment-service --to-time 2026-01-31T12:00:00Z --until-time 2026-01-31T13:00:00Z",
				"  doab reset payment-service --to-position payments:0=1518951480106-0",
				"  doab pause payment-service; doab reset payment-service --to-latest; doab resume payment-service" })
final class ResetCommand extends StreamCommand {

	@Parameters(paramLabel = "GROUP", description = "the group")
	private String group = "";

	@ArgGroup(multiplicity = "1")
	private Target target = new Target();

	@Option(names = "--stream", paramLabel = "STREAM", description = "only this input; may be given again")
	private Set<String> streams = Set.of();

	@Option(names = "--until-time", paramLabel = "TIME",
			description = "replay up to this time only: what was done from there on stays done")
	private @Nullable String untilTime;

	@Option(names = "--state", paramLabel = "keep|clear",
			description = "what happens to state and timers; default: ${DEFAULT-VALUE}")
	private GroupReset.State state = GroupReset.State.KEEP;

	@Option(names = "--parked", paramLabel = "refuse|keep|drop",
			description = "what happens to events that wait for their next attempt; default: ${DEFAULT-VALUE}")
	private GroupReset.Parked parked = GroupReset.Parked.REFUSE;

	@Mixin
	private Confirmation confirmation = new Confirmation();

	/** Where to. */
	static final class Target {

		@Option(names = "--to-earliest", description = "before the oldest event that is there")
		private boolean earliest;

		@Option(names = "--to-latest", description = "behind the newest event")
		private boolean latest;

		@Option(names = "--to-time", paramLabel = "TIME",
				description = "before the first event stored at this time or later: 2026-01-31T12:00:00Z or 2026-01-31")
		private @Nullable String time;

		@Option(names = "--to-position", paramLabel = "STREAM:PARTITION=POSITION",
				description = "before this position; may be given again, other partitions stay")
		private @Nullable Map<String, String> positions;

		private ResetTarget read() {
			if (this.earliest) {
				return new ResetTarget.Earliest();
			}
			if (this.latest) {
				return new ResetTarget.Latest();
			}
			return (this.positions != null) ? new ResetTarget.Before(positions(this.positions))
					: new ResetTarget.Since(time(String.valueOf(this.time)));
		}

	}

	private static Instant time(String text) {
		try {
			return text.contains("T") ? Instant.parse(text)
					: LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		catch (java.time.DateTimeException ex) {
			throw new IllegalArgumentException(
					"'" + text + "' is no time: expected 2026-01-31T12:00:00Z, or 2026-01-31 for midnight UTC", ex);
		}
	}

	private static Map<StreamPartition, Position> positions(Map<String, String> texts) {
		Map<StreamPartition, Position> positions = new HashMap<>();
		texts.forEach((partition, position) -> {
			int colon = partition.lastIndexOf(':');
			if (colon < 1 || !partition.substring(colon + 1).matches("\\d{1,5}")) {
				throw new IllegalArgumentException(
						"'" + partition + "' is no partition: expected STREAM:PARTITION=POSITION, as payments:0=42");
			}
			positions.put(new StreamPartition(partition.substring(0, colon),
					Integer.parseInt(partition.substring(colon + 1))), Position.parse(position));
		});
		return positions;
	}

	@Override
	void run(Streams streams) {
		Output output = new Output(out());
		GroupReset reset = GroupReset.of(this.group, this.target.read())
			.ofStreams(this.streams)
			.with(this.state)
			.with(this.parked);
		if (this.untilTime != null) {
			reset = reset.until(new ResetTarget.Since(time(this.untilTime)));
		}
		this.confirmation.require("Move group " + this.group + " of "
				+ streams.admin().groups().describe(this.group).inputs() + " and "
				+ this.state.name().toLowerCase(Locale.ROOT) + " its state?");
		ResetReport report = streams.admin().groups().reset(reset);
		if (isJson()) {
			output.json(report);
			return;
		}
		output.table(List.of("STREAM", "PARTITION", "WAS DONE UP TO", "IS DONE UP TO", "STAY DONE"),
				report.moved()
					.stream()
					.map((moved) -> List.of(moved.partition().stream(), Output.text(moved.partition().partition()),
							Output.text(moved.before()), Output.text(moved.after()), Output.text(moved.keptDone())))
					.toList());
	}

}
