package io.doab.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Jars that unpack something when they are asked as those of services are. Those of
 * services are unpacked wherever the platform is started.
 */
class ServiceProgramTests {

	private static final String JAR = "payment-service-1.jar";

	@TempDir
	@SuppressWarnings("NullAway.Init") // set by JUnit
	private Path root;

	private Path target;

	@BeforeEach
	void createFolder() throws IOException {
		this.target = Files.createDirectories(this.root.resolve("payment-service").resolve("target"));
	}

	@Test
	void isUnpackedOnce() throws IOException {
		build(Unpacking.class, "one");
		Path program = program();
		assertThat(program).hasFileName(JAR).hasContent("unpacked");
		Files.writeString(program, "the same");
		assertThat(program()).isEqualTo(program).hasContent("the same");
	}

	@Test
	void isUnpackedAgainWhenItWasBuiltAgain() throws IOException {
		build(Unpacking.class, "one");
		Path earlier = program();
		build(Unpacking.class, "two");
		assertThat(program()).isNotEqualTo(earlier).hasContent("unpacked");
		assertThat(names()).hasSize(2).contains(JAR);
		assertThat(earlier).doesNotExist();
	}

	@Test
	void whatCannotBeUnpackedIsToldAndLeavesNothing() throws IOException {
		build(Failing.class, "one");
		assertThatIllegalStateException().isThrownBy(this::program)
			.withMessageContaining("the unpacking of " + JAR)
			.withMessageContaining("no room");
		assertThat(names()).containsExactly(JAR);
	}

	@Test
	void whatIsNotBuiltIsToldWithWhatToDo() {
		assertThatExceptionOfType(UsageException.class).isThrownBy(this::program)
			.withMessage("payment-service is not built: run without --skip-build, or mvn package first");
	}

	private Path program() {
		return ServiceProgram.of(this.root, ServiceName.PAYMENT);
	}

	private List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.target)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	private void build(Class<?> program, String text) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, program.getName());
		Path jar = this.target.resolve(JAR);
		String code = program.getName().replace('.', '/') + ".class";
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream out = new JarOutputStream(file, manifest);
				InputStream in = Objects.requireNonNull(program.getClassLoader().getResourceAsStream(code))) {
			out.putNextEntry(new JarEntry(code));
			in.transferTo(out);
			out.putNextEntry(new JarEntry("lib.jar"));
			out.write(text.getBytes(StandardCharsets.UTF_8));
		}
	}

	/** As {@code -Djarmode=tools -jar X.jar extract --destination DIR}. */
	public static final class Unpacking {

		private Unpacking() {
		}

		public static void main(String[] arguments) throws IOException {
			if (!"tools".equals(System.getProperty("jarmode")) || !arguments[0].equals("extract")
					|| !arguments[1].equals("--destination")) {
				System.exit(3);
			}
			Path folder = Files.createDirectories(Path.of(arguments[2]));
			Files.writeString(folder.resolve(JAR), "unpacked");
		}

	}

	/** Whose disk is full, when part of it is written. */
	public static final class Failing {

		private Failing() {
		}

		public static void main(String[] arguments) throws IOException {
			Files.writeString(Files.createDirectories(Path.of(arguments[2])).resolve("part"), "unp");
			System.err.println("no room");
			System.exit(1);
		}

	}

}
