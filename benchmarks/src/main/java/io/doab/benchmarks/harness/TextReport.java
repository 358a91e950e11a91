package io.doab.benchmarks.harness;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Results as tables of text, which are Markdown as well. */
final class TextReport {

	private TextReport() {
	}

	static String of(Report report) {
		String machine = report.machine()
			.entrySet()
			.stream()
			.map((fact) -> fact.getKey() + ": " + fact.getValue())
			.collect(Collectors.joining("\n"));
		String versions = report.versions()
			.entrySet()
			.stream()
			.map((version) -> version.getKey() + " " + version.getValue())
			.collect(Collectors.joining(", "));
		return "%s%n%s%n%s%n%s%npayloads of %d bytes, %d rounds after those that warm up, %d of a backlog; median (least to most)%n%n%s"
			.formatted(report.time(), report.command(), machine, versions, report.payloadBytes(), report.rounds(),
					report.warmUps(), report.results().stream().map(TextReport::of).collect(Collectors.joining("\n")));
	}

	static String of(Result result) {
		StringBuilder text = new StringBuilder(result.title()).append("\n\n");
		if (result.outcomes().getFirst().hasFootprint()) {
			return footprints(text, result);
		}
		boolean latency = result.outcomes().getFirst().hasLatency();
		if (latency) {
			row(text, "contender", "p50 µs", "p99 µs", "p99.9 µs", "longest µs", "ratio of p99", "client s/M",
					"server s/M", "bytes/event");
		}
		else {
			row(text, "contender", "events/s", "spread", "events", "ratio", "client s/M", "server s/M", "bytes/event");
		}
		rule(text, latency ? 8 : 7);
		result.outcomes().forEach((outcome) -> {
			if (latency) {
				latency(text, outcome);
			}
			else {
				rate(text, outcome);
			}
		});
		return text.toString();
	}

	private static String footprints(StringBuilder text, Result result) {
		row(text, "contender", "heap MiB", "ratio of heap", "process MiB", "threads");
		rule(text, 4);
		result.outcomes()
			.forEach((outcome) -> row(text, name(outcome),
					figure("%,.2f", outcome.ofFootprint(Footprint::heapMebibytes)), ratio(outcome.ratio()),
					median("%,.0f", outcome.ofFootprint(Footprint::residentMebibytes)),
					median("%.0f", outcome.ofFootprint(Footprint::threads))));
		return text.toString();
	}

	private static void rule(StringBuilder text, int cells) {
		String[] rules = new String[cells];
		Arrays.fill(rules, "---:");
		row(text, "---", rules);
	}

	private static void rate(StringBuilder text, Outcome outcome) {
		Statistics rate = outcome.of(Measured::eventsPerSecond);
		row(text, name(outcome), figure("%,.0f", rate), String.format(Locale.ROOT, "%.0f %%", 100 * rate.spread()),
				String.format(Locale.ROOT, "%,d", outcome.rounds().getFirst().events()), ratio(outcome.ratio()),
				cost(outcome, "client"), cost(outcome, "server"), cost(outcome, "bytes"));
	}

	private static void latency(StringBuilder text, Outcome outcome) {
		row(text, name(outcome), figure("%,.0f", outcome.ofLatency(Measured.Latency::p50)),
				figure("%,.0f", outcome.ofLatency(Measured.Latency::p99)),
				figure("%,.0f", outcome.ofLatency(Measured.Latency::p999)),
				figure("%,.0f", outcome.ofLatency(Measured.Latency::most)), ratio(outcome.ratio()),
				cost(outcome, "client"), cost(outcome, "server"), cost(outcome, "bytes"));
	}

	private static String cost(Outcome outcome, String what) {
		return switch (what) {
			case "client" -> cost("%.2f", outcome.cost(Measured::clientCpuPerMillion));
			case "server" -> cost("%.2f", outcome.cost(Measured::serverCpuPerMillion));
			default -> cost("%,.0f", outcome.cost(Measured::allocatedBytesPerEvent));
		};
	}

	private static String cost(String format, @Nullable Statistics cost) {
		return (cost != null) ? median(format, cost) : "";
	}

	private static String name(Outcome outcome) {
		return outcome.title() + (outcome.baseline() ? " (baseline)" : "");
	}

	private static String ratio(@Nullable Statistics ratio) {
		return (ratio != null) ? figure("%.2f", ratio) : "";
	}

	private static String median(String format, Statistics statistics) {
		return String.format(Locale.ROOT, format, statistics.median());
	}

	private static String figure(String format, Statistics statistics) {
		return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", statistics.median(),
				statistics.least(), statistics.most());
	}

	private static void row(StringBuilder text, String name, String... cells) {
		text.append(String.format(Locale.ROOT, "| %-52s |", name));
		for (String cell : cells) {
			text.append(String.format(Locale.ROOT, " %10s |", cell));
		}
		text.append('\n');
	}

}
