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
 * <p>
 * A folder is not listed at one moment: a file that is moved meanwhile may be in the list
 * under both of its names, or under none. So what counts is what two lists in a row say.
 *
 * @param files the ones that were modified first come first, and the log last
 */
record LogFolder(Path log, List<FoundFile> files) implements Closeable {

	/** Behind the log's name: a number or a date, and nothing that a person would add. */
	private static final Pattern ROTATED = Pattern.compile("[.-]\\d[\\d_.:T-]*(\\.gz)?");

	/** A rotation moves a few files in a moment. */
	private static final int MAX_LISTS = 100;

	/**
	 * Looks what there is.
	 * @throws FolderChangedException when it does not stay the same for two looks
	 */
	static LogFolder look(Path log) throws IOException {
		List<FoundFile> before = list(log);
		for (int lists = 1; lists < MAX_LISTS; lists++) {
			List<FoundFile> files = list(log);
			if (isSame(before, files)) {
				return new LogFolder(log, files);
			}
			before = files;
		}
		throw new FolderChangedException(log.toAbsolutePath().getParent() + " does not come to rest");
	}

	private static boolean isSame(List<FoundFile> before, List<FoundFile> files) {
		return before.size() == files.size() && before.stream().allMatch((one) -> files.stream().anyMatch(one::isSame));
	}

	private static List<FoundFile> list(Path log) throws IOException {
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
		return files;
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
