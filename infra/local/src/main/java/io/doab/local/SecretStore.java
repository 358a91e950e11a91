package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;

import io.doab.servers.SecretFile;

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
		try {
			return SecretFile.get(this.folder.resolve(name), make);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
