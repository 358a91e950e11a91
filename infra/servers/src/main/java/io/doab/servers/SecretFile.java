package io.doab.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** A secret in a file that only its owner reads. */
public final class SecretFile {

	private SecretFile() {
	}

	/**
	 * The secret in the file, made when there is no file. Whenever this is cut short, the
	 * file has all of a secret or is not there.
	 */
	public static String get(Path file, Supplier<String> make) throws IOException {
		if (!Files.exists(file)) {
			Path folder = file.toAbsolutePath().getParent();
			Files.createDirectories(folder);
			Path unfinished = Files.createTempFile(folder, "secret", "",
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			Files.writeString(unfinished, make.get());
			Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
		}
		return Files.readString(file);
	}

}
