package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
	 * Makes a file or a folder. It gets its name when all of it is there, so a run that
	 * makes the same at the same time never sees a part; what is there first stays.
	 * @param making makes it where it is told
	 */
	public static void makeWhole(Path target, Making making) throws IOException {
		Path workplace = Files.createTempDirectory(target.toAbsolutePath().getParent(), "unpacking");
		try {
			Path whole = workplace.resolve("whole");
			making.into(whole);
			Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileSystemException ex) {
			// A folder does not replace one that another run has put there meanwhile.
			if (!Files.exists(target)) {
				throw ex;
			}
		}
		finally {
			delete(workplace);
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

	/** Makes a file or a folder. */
	@FunctionalInterface
	public interface Making {

		void into(Path target) throws IOException;

	}

}
