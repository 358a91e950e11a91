package io.doab.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	@TempDir
	Path folder;

	@Test
	void reportIsATableAFileForProgramsAndAPage() throws IOException {
		Report.of(Instant.EPOCH, "./run bench", 400, 3, 5, List.of(result())).write(this.folder.resolve("new"));

		assertThat(Files.readString(this.folder.resolve("new/report.txt"))).contains("| <Base> (baseline)")
			.contains("1,000")
			.contains("2.00 (2.00 to 2.00)")
			.contains("5 rounds after those that warm up, 3 of a backlog");
		JsonNode json = new JsonMapper().readTree(Files.readString(this.folder.resolve("new/report.json")));
		assertThat(json.path("results").path(0).path("outcomes").path(1).path("ratios").path(0).asDouble())
			.isEqualTo(2);
		assertThat(json.path("machine").path("java").asString()).isNotEmpty();
	}

	@Test
	void pageNeedsNothingElse() throws IOException {
		Report.of(Instant.EPOCH, "./run bench", 400, 3, 5, List.of(result())).write(this.folder);

		assertThat(Files.readString(this.folder.resolve("report.html"))).contains("<svg", "&lt;Base&gt; (baseline)")
			.doesNotContain("<script", "http://", "https://", "<Base>");
	}

	@Test
	void whatAProcessHoldsHasAReportOfItsOwn() throws IOException {
		Map<Entrant, List<Measured>> measured = new LinkedHashMap<>();
		measured.put(entrant("Few").asBaselineOf(Workload.MEMORY), List.of(footprint(20)));
		measured.put(entrant("Many"), List.of(footprint(30)));
		Report
			.of(Instant.EPOCH, "./run bench", 400, 3, 1,
					List.of(Competition.result(Workload.MEMORY, "redis", "doab", 1_000, measured)))
			.write(this.folder);

		assertThat(Files.readString(this.folder.resolve("report.txt"))).contains("heap MiB", "30.00 (30.00 to 30.00)")
			.contains("1.50 (1.50 to 1.50)")
			.doesNotContain("events/s");
		assertThat(Files.readString(this.folder.resolve("report.html"))).contains("heap in MiB", "<td>30.00</td>",
				"<td>1.50</td>");
	}

	@Test
	void whatWasNotMeasuredIsLeftOut() throws IOException {
		Map<Entrant, List<Measured>> measured = new LinkedHashMap<>();
		measured.put(entrant("Alone"),
				List.of(new Measured(1_000_000, new Usage(1_000_000_000, 7_000_000_000L, 0, 0), null, null, null)));
		Report
			.of(Instant.EPOCH, "./run bench", 400, 3, 1,
					List.of(Competition.result(Workload.SHOP, "redis", "", 1_000_000, measured)))
			.write(this.folder);

		assertThat(Files.readString(this.folder.resolve("report.txt"))).contains("7.00").doesNotContain("0.00");
		assertThat(Files.readString(this.folder.resolve("report.html")))
			.contains("<td>7.00</td><td></td><td></td></tr>");
	}

	private static Measured footprint(int mebibytes) {
		return new Measured(1, new Usage(1, 0, 0, 0), null, null, new Footprint(mebibytes * 1024L * 1024, 0, 14));
	}

	private static Result result() {
		Map<Entrant, List<Measured>> measured = new LinkedHashMap<>();
		measured.put(entrant("<Base>").asBaselineOf(Workload.TRANSFORM), List.of(rate(1_000)));
		measured.put(entrant("Doab"), List.of(rate(2_000)));
		return Competition.result(Workload.TRANSFORM, "redis", "", 1_000, measured);
	}

	private static Measured rate(long events) {
		return new Measured(events, new Usage(1_000_000_000, 1, 1, 1), null, null, null);
	}

	private static Entrant entrant(String title) {
		return new Entrant("redis", "name", title, Set.of(), Set.of(), 1, (task, probe) -> {
			throw new UnsupportedOperationException("It is not started");
		});
	}

}
