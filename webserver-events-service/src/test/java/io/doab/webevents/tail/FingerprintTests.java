package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What files are told by.
 */
class FingerprintTests {

	private static final String REST = " - - [17/May/2015:10:05:03 +0000] \"GET /[a [b HTTP/1.1\" 200 1\n";

	@TempDir
	private Path folder;

	@Test
	void theFirstLineTellsAFile() throws IOException {
		String first = fingerprint("192.0.2.1" + REST);
		assertThat(fingerprint("192.0.2.1" + REST + "more\n")).isEqualTo(first);
		assertThat(fingerprint("192.0.2.1" + REST.replace(":03", ":04"))).isNotEqualTo(first).isNotNull();
	}

	@Test
	void theClientIsNoPartOfIt() throws IOException {
		String first = fingerprint("192.0.2.1" + REST);
		assertThat(fingerprint("192.0.2.2" + REST)).isEqualTo(first);
		assertThat(fingerprint("[::1]:443 2001:db8::1" + REST)).isEqualTo(first);
		assertThat(fingerprint("192.0.2.1 broken\n")).isEqualTo(fingerprint("192.0.2.2 broken\n"));
	}

	@Test
	void withoutAWholeLineThereIsNone() throws IOException {
		assertThat(fingerprint("")).isNull();
		assertThat(fingerprint("192.0.2.1")).isNull();
		assertThat(fingerprint("x".repeat(1_023))).isNull();
		assertThat(fingerprint("x".repeat(1_024))).isEqualTo(fingerprint("x".repeat(5_000)));
	}

	private @Nullable String fingerprint(String content) throws IOException {
		Path file = Files.writeString(this.folder.resolve("file"), content);
		try (LogSource source = new PlainSource(file)) {
			return Fingerprint.of(source);
		}
	}

}
