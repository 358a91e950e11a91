package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the folder of a log has at one moment: the log, and what was rotated away from it
 * ({@code access.log.1}, {@code access.log-20260131}, compressed or not). Not for several
 * threads.
 *
 * @param files the ones that were modified first come first, and the log last
 */
record LogFolder(Path log, List<FoundFile> files) implements Closeable {

	/** Behind the log's name: a number or a date, and nothing that a person would add. */
	private static final Pattern ROTATED = Pattern.compile("[.-]\\d[\\d_.:T-]*(\\.gz)?");

	static LogFolder look(Path log) throws IOException {
		List<FoundFile> files = new ArrayList<>();
		String logName = log.getFileName().toString();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(log.toAbsolutePath().getParent(),
				(path) -> isOf(path.getFileName().toString(), logName))) {
			for (Path path : all) {
				FoundFile file = FoundFile.at(path);
				if (file != null) {
					files.add(file);
				}
			}
		}
		files.sort(Comparator.comparing((FoundFile file) -> file.isAt(log)).thenComparing(FoundFile::modified));
		return new LogFolder(log, files);
	}

	private static boolean isOf(String name, String logName) {
		return name.equals(logName)
				|| (name.startsWith(logName) && ROTATED.matcher(name.substring(logName.length())).matches());
	}

	@Override
	public void close() throws IOException {
		for (FoundFile file : this.files) {
			file.close();
		}
	}

}
