package io.doab.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.assertj.core.api.Assertions;

/**
 * A file under {@code docs/contract} of the checkout that the test runs in. The system
 * property {@value #WRITE} makes tests write what they would compare.
 */
final class ContractFile {

	/** Whether files are written instead of being compared. */
	static final String WRITE = "doab.contract.write";

	private final Path path;

	private final Path root;

	private ContractFile(Path root, String name) {
		this.root = root;
		this.path = root.resolve("docs/contract").resolve(name);
	}

	/**
	 * A file of that name, which need not exist.
	 * @throws IllegalStateException outside of a checkout
	 */
	static ContractFile named(String name) {
		for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
			if (Files.exists(folder.resolve("docs/contract"))) {
				return new ContractFile(folder, name);
			}
		}
		throw new IllegalStateException("There is no docs/contract in this folder or any above it");
	}

	String read() {
		try {
			return Files.readString(this.path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	/** Compares it with what the code says, or writes it. */
	void requireContent(String content) {
		try {
			if (Boolean.getBoolean(WRITE)) {
				Files.createDirectories(this.path.getParent());
				Files.writeString(this.path, content);
			}
			Assertions.assertThat(Files.exists(this.path) ? Files.readString(this.path) : "")
				.as("%s: what the code says has changed. A field may be added when it can be absent; for anything else"
						+ " make a new type. Then run the test with -D%s=true and commit the file", this, WRITE)
				.isEqualTo(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.root.relativize(this.path).toString();
	}

}
