package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/**
 * Secrets that belong to a data folder, in files that only their owner reads.
 */
final class SecretStore {

	private final Path folder;

	SecretStore(Path folder) {
		this.folder = folder;
	}

	/** The secret of that name, made when it is not there. */
	String get(String name, Supplier<String> make) {
		Path file = this.folder.resolve(name);
		try {
			if (!Files.exists(file)) {
				Files.createDirectories(this.folder);
				Files.createFile(file,
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
				Files.writeString(file, make.get());
			}
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
