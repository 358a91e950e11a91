package io.doab.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that was measured in one run.
 *
 * @param command what repeats it
 * @param machine on what it was measured
 * @param versions of what was measured
 * @param payloadBytes the mean size of a payload
 * @param warmUps rounds of a backlog before those that were measured
 * @param rounds that were measured
 */
public record Report(Instant time, String command, Map<String, String> machine, Map<String, String> versions,
		int payloadBytes, int warmUps, int rounds, List<Result> results) {

	private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	public Report {
		results = List.copyOf(results);
	}

	/** That of this machine. */
	public static Report of(Instant time, String command, int payloadBytes, int warmUps, int rounds,
			List<Result> results) {
		return new Report(time, command, Machine.describe(), Machine.versions(), payloadBytes, warmUps, rounds,
				results);
	}

	/** The same to be read at a terminal. */
	public String text() {
		return TextReport.of(this);
	}

	/**
	 * Writes it as {@code report.json}, {@code report.txt} and {@code report.html}.
	 * @param folder is made when it is not there
	 */
	public void write(Path folder) {
		try {
			Files.createDirectories(folder);
			Files.writeString(folder.resolve("report.json"), JSON.writeValueAsString(this));
			Files.writeString(folder.resolve("report.txt"), TextReport.of(this));
			Files.writeString(folder.resolve("report.html"), HtmlReport.of(this));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
