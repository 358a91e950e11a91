package io.doab.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Programs run only from where nobody else can put one.
 */
class ProgramFolderTests {

	@TempDir
	Path cache;

	@Test
	void onlyTheUserCanWriteThere() throws IOException {
		Path program = ProgramFolder.under(this.cache.resolve("new"))
			.program("tool", (target) -> Files.writeString(target, "1"));
		assertThat(Files.getPosixFilePermissions(program.resolveSibling(".")))
			.isEqualTo(PosixFilePermissions.fromString("rwx------"));
	}

	@Test
	void aFolderThatOthersCanWriteToIsRefused() throws IOException {
		Path folder = Files.createDirectory(this.cache.resolve("doab"));
		for (String permissions : new String[] { "rwxrwx---", "rwx----w-" }) {
			Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
			assertThatIOException().isThrownBy(() -> ProgramFolder.under(this.cache))
				.withMessageContaining(folder.toString())
				.withMessageContaining("remove it");
		}
	}

	@Test
	void aLinkToAFolderIsRefused() throws IOException {
		Files.createSymbolicLink(this.cache.resolve("doab"), Files.createDirectory(this.cache.resolve("elsewhere")));
		assertThatIOException().isThrownBy(() -> ProgramFolder.under(this.cache));
	}

	@Test
	void aProgramIsUnpackedOnce() throws IOException {
		ProgramFolder.under(this.cache).program("tool", (target) -> Files.writeString(target, "first"));
		Path program = ProgramFolder.under(this.cache).program("tool", (target) -> Files.writeString(target, "second"));
		assertThat(program).hasContent("first");
	}

	@Test
	void anUnpackingThatFailsLeavesNothing() throws IOException {
		ProgramFolder programs = ProgramFolder.under(this.cache);
		assertThatIOException().isThrownBy(() -> programs.program("tool", (target) -> {
			Files.writeString(target, "half");
			throw new IOException("disk full");
		})).withMessage("disk full");
		try (Stream<Path> left = Files.list(this.cache.resolve("doab"))) {
			assertThat(left).isEmpty();
		}
	}

	@Test
	void ofTwoThatUnpackAFolderAtOnceOneWins() throws IOException {
		ProgramFolder programs = ProgramFolder.under(this.cache);
		Path program = programs.program("tools", (target) -> {
			programs.program("tools", (other) -> folderWith(other, "theirs"));
			folderWith(target, "ours");
		});
		assertThat(program.resolve("tool")).hasContent("theirs");
		try (Stream<Path> left = Files.list(this.cache.resolve("doab"))) {
			assertThat(left).containsExactly(program);
		}
	}

	private static void folderWith(Path folder, String content) throws IOException {
		Files.writeString(Files.createDirectory(folder).resolve("tool"), content);
	}

}
