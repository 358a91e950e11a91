package io.doab.cli;

import java.io.PrintWriter;

import picocli.CommandLine.Option;

/**
 * How events are shown.
 */
final class DisplayOptions {

	/** What the other columns take. */
	private static final int COLUMNS_BEFORE = 97;

	private static final int LEAST = 60;

	@Option(names = "--wide", description = "Whole payloads, however long; else what fits on a line")
	private boolean wide;

	/** Prints to where a terminal tells its width, if it does. */
	EventPrinter printer(PrintWriter out, boolean json) {
		int width = LEAST;
		String columns = System.getenv("COLUMNS");
		if (columns != null && columns.matches("\\d{1,5}")) {
			width = Math.max(LEAST, Integer.parseInt(columns) - COLUMNS_BEFORE);
		}
		return new EventPrinter(out, json, this.wide ? Integer.MAX_VALUE : width);
	}

}
