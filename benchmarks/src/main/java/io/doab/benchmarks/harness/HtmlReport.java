package io.doab.benchmarks.harness;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Results as one page that needs nothing else: a chart and a table for each. */
final class HtmlReport {

	private static final String STYLE = """
			body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
			table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0 2rem; }
			th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #ddd; }
			th:first-child, td:first-child { text-align: left; }
			svg { max-width: 100%; } .doab { fill: #b3541e; } .other { fill: #8a9ba8; }
			.range { stroke: #222; stroke-width: 1.5; } text { font: 13px system-ui, sans-serif; }
			""";

	private static final int NAME_WIDTH = 430;

	private static final int BAR_WIDTH = 350;

	private static final int ROW_HEIGHT = 26;

	private HtmlReport() {
	}

	static String of(Report report) {
		String results = report.results().stream().map(HtmlReport::section).collect(Collectors.joining());
		return """
				<!doctype html>
				<html lang="en"><meta charset="utf-8"><title>Doab: benchmarks</title><style>%s</style>
				<h1>Benchmarks</h1>
				<p>%s, by <code>%s</code>. Payloads of %d bytes, %d rounds after those that warm up, %d of a backlog. Bars are medians,
				the lines on them go from the least to the most. Ratios are to the baseline of the same round.</p>
				%s
				<h2>Machine and versions</h2>
				<table>%s%s</table>
				</html>
				"""
			.formatted(STYLE, report.time(), escape(report.command()), report.payloadBytes(), report.rounds(),
					report.warmUps(), results, rows(report.machine()), rows(report.versions()));
	}

	private static String section(Result result) {
		Outcome first = result.outcomes().getFirst();
		double most = result.outcomes().stream().mapToDouble((outcome) -> figure(outcome).most()).max().orElse(1);
		StringBuilder bars = new StringBuilder();
		int row = 0;
		for (Outcome outcome : result.outcomes()) {
			bars.append(bar(row++, outcome, figure(outcome), most));
		}
		return "<h2>%s</h2><p>%s</p><svg width=\"900\" height=\"%d\" role=\"img\">%s</svg>%s".formatted(
				escape(result.title()), caption(first), row * ROW_HEIGHT + 4, bars,
				first.hasFootprint() ? footprints(result) : table(result, first.hasLatency()));
	}

	/** The figure that a bar shows. */
	private static Statistics figure(Outcome outcome) {
		if (outcome.hasFootprint()) {
			return outcome.ofFootprint(Footprint::heapMebibytes);
		}
		return outcome.hasLatency() ? outcome.ofLatency(Measured.Latency::p99) : outcome.of(Measured::eventsPerSecond);
	}

	private static String caption(Outcome outcome) {
		if (outcome.hasFootprint()) {
			return "heap in MiB after a collection: shorter is better";
		}
		return outcome.hasLatency() ? "99th percentile in microseconds: shorter is better" : "events/s";
	}

	private static String bar(int row, Outcome outcome, Statistics spread, double most) {
		double value = spread.median();
		int top = row * ROW_HEIGHT + 2;
		double scale = BAR_WIDTH / Math.max(most, 1e-9);
		double middle = top + ROW_HEIGHT / 2.0 - 2;
		return String.format(Locale.ROOT,
				"<text x=\"0\" y=\"%.1f\">%s</text><rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
						+ "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
						+ "<text x=\"%.1f\" y=\"%.1f\">%,.0f</text>",
				middle + 5, escape(name(outcome)), outcome.name().startsWith("doab") ? "doab" : "other", NAME_WIDTH,
				top, value * scale, ROW_HEIGHT - 6, NAME_WIDTH + spread.least() * scale,
				NAME_WIDTH + spread.most() * scale, middle, middle, NAME_WIDTH + spread.most() * scale + 6, middle + 5,
				value);
	}

	private static String footprints(Result result) {
		StringBuilder table = new StringBuilder(
				"<table><tr><th>contender</th><th>heap MiB</th><th>ratio</th><th>process MiB</th><th>threads</th></tr>");
		for (Outcome outcome : result.outcomes()) {
			table.append("<tr><td>")
				.append(escape(name(outcome)))
				.append("</td>")
				.append(cell("%,.2f", outcome.ofFootprint(Footprint::heapMebibytes)))
				.append(cell("%.2f", outcome.ratio()))
				.append(cell("%,.0f", outcome.ofFootprint(Footprint::residentMebibytes)))
				.append(cell("%.0f", outcome.ofFootprint(Footprint::threads)))
				.append("</tr>");
		}
		return table.append("</table>").toString();
	}

	private static String table(Result result, boolean latency) {
		StringBuilder table = new StringBuilder("<table><tr><th>contender</th>")
			.append(latency ? "<th>p50 µs</th><th>p99 µs</th><th>p99.9 µs</th><th>longest µs</th>"
					: "<th>events/s</th><th>spread</th><th>events</th>")
			.append("<th>ratio</th><th>client CPU s per million</th><th>server CPU s per million</th>")
			.append("<th>allocated bytes per event</th></tr>");
		for (Outcome outcome : result.outcomes()) {
			table.append("<tr><td>").append(escape(name(outcome))).append("</td>");
			table.append(latency ? latencies(outcome) : rates(outcome));
			table.append(cell("%.2f", outcome.ratio()))
				.append(cell("%.2f", outcome.cost(Measured::clientCpuPerMillion)))
				.append(cell("%.2f", outcome.cost(Measured::serverCpuPerMillion)))
				.append(cell("%,.0f", outcome.cost(Measured::allocatedBytesPerEvent)))
				.append("</tr>");
		}
		return table.append("</table>").toString();
	}

	private static String latencies(Outcome outcome) {
		return cell("%,.0f", outcome.ofLatency(Measured.Latency::p50))
				+ cell("%,.0f", outcome.ofLatency(Measured.Latency::p99))
				+ cell("%,.0f", outcome.ofLatency(Measured.Latency::p999))
				+ cell("%,.0f", outcome.ofLatency(Measured.Latency::most));
	}

	private static String rates(Outcome outcome) {
		Statistics rate = outcome.of(Measured::eventsPerSecond);
		return cell("%,.0f", rate) + String.format(Locale.ROOT, "<td>%.0f %%</td><td>%,d</td>", 100 * rate.spread(),
				outcome.rounds().getFirst().events());
	}

	private static String cell(String format, @Nullable Statistics figure) {
		return "<td>" + ((figure != null) ? String.format(Locale.ROOT, format, figure.median()) : "") + "</td>";
	}

	private static String name(Outcome outcome) {
		return outcome.title() + (outcome.baseline() ? " (baseline)" : "");
	}

	private static String rows(Map<String, String> facts) {
		return facts.entrySet()
			.stream()
			.map((fact) -> "<tr><td>" + escape(fact.getKey()) + "</td><td>" + escape(fact.getValue()) + "</td></tr>")
			.collect(Collectors.joining());
	}

	private static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
	}

}
