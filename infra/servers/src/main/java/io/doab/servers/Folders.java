package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders with all that is in them. */
public final class Folders {

	private Folders() {
	}

	/** Removes a folder, if it is there. */
	public static void delete(Path folder) throws IOException {
		if (Files.exists(folder)) {
			try (Stream<Path> all = Files.walk(folder)) {
				for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
					Files.deleteIfExists(path);
				}
			}
		}
	}

	/**
	 * Removes a folder as far as that can be done now: a process that was killed may
	 * still write. What stays is in the temporary folder of the system.
	 */
	public static void deleteQuietly(Path folder) {
		try {
			delete(folder);
		}
		catch (IOException | UncheckedIOException ex) {
			// As promised.
		}
	}

}
