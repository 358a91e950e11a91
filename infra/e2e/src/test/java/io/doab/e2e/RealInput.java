package io.doab.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;

/**
 * The input: the slice that comes with the project, or the files of the folder that
 * {@code doab.data} names.
 *
 * @param logLines lines of an access log, one of them broken
 * @param brokenLine which, from 1
 */
record RealInput(List<Invoice> invoices, List<String> logLines, int brokenLine) {

	private static final String BROKEN = "83.149.9.216 - - [17/May/2015:10:05:03 +0000] \"GET /no-end HTTP/1.1";

	static RealInput load() {
		String folder = System.getProperty("doab.data", "");
		try {
			return folder.isBlank() ? of(RetailFile.slice(), slice()) : of(Path.of(folder));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static RealInput of(Path folder) throws IOException {
		try (Reader reader = Files.newBufferedReader(folder.resolve("online-retail.csv"))) {
			return of(RetailFile.read(reader), Files.readAllLines(folder.resolve("access.log")));
		}
	}

	/** The lines are all sound: one is broken off in their middle. */
	private static RealInput of(List<Invoice> invoices, List<String> lines) {
		List<String> withBroken = new ArrayList<>(lines);
		int at = lines.size() / 2;
		withBroken.add(at, BROKEN);
		return new RealInput(invoices, List.copyOf(withBroken), at + 1);
	}

	private static List<String> slice() throws IOException {
		try (InputStream in = Objects.requireNonNull(RetailFile.class.getResourceAsStream("/data/access-500.log"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
		}
	}

}
