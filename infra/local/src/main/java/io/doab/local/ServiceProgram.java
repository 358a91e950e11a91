package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

import io.doab.servers.ChildProcess;
import io.doab.servers.Folders;
import io.doab.servers.JavaRuntime;

/**
 * What is started of a service that was built: its jar, unpacked as it is in the images.
 *
 * <p>
 * The loader of nested jars takes longer for each class, and holds locks meanwhile for
 * which others keep their carrier threads (spring-projects/spring-boot#51463).
 */
public final class ServiceProgram {

	private static final String UNPACKED = "unpacked-";

	private static final Duration UNPACK_LIMIT = Duration.ofMinutes(2);

	private ServiceProgram() {
	}

	/**
	 * The jar to start; what it needs is beside it. What an earlier build left unpacked
	 * is removed.
	 * @param root the checkout
	 * @throws UsageException when the service is not built
	 */
	public static Path of(Path root, ServiceName service) {
		Path target = root.resolve(service.folder()).resolve("target");
		try {
			Path built = built(target, service);
			Path unpacked = target.resolve(UNPACKED + fingerprint(built));
			if (!Files.exists(unpacked)) {
				for (Path earlier : list(target, (file) -> name(file).startsWith(UNPACKED))) {
					Folders.delete(earlier);
				}
				Folders.makeWhole(unpacked, (folder) -> unpack(built, folder));
			}
			return unpacked.resolve(built.getFileName());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path built(Path target, ServiceName service) throws IOException {
		return list(target, (file) -> name(file).startsWith(service.label()) && name(file).endsWith(".jar")).stream()
			.findFirst()
			.orElseThrow(() -> new UsageException(
					service.label() + " is not built: run without --skip-build, or mvn package first"));
	}

	private static List<Path> list(Path folder, Predicate<Path> which) throws IOException {
		try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
			return files.filter(which).toList();
		}
	}

	/** Of all that is in it: builds give their jars one and the same time. */
	private static String fingerprint(Path jar) throws IOException {
		CRC32 all = new CRC32();
		try (ZipFile zip = new ZipFile(jar.toFile())) {
			zip.stream()
				.map((entry) -> entry.getName() + entry.getCrc())
				.forEach((entry) -> all.update(entry.getBytes(StandardCharsets.UTF_8)));
		}
		return Long.toHexString(all.getValue());
	}

	private static String name(Path file) {
		return file.getFileName().toString();
	}

	private static void unpack(Path built, Path folder) {
		ChildProcess tool = ChildProcess.start("the unpacking of " + name(built),
				List.of(JavaRuntime.executable(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djarmode=tools",
						"-jar", built.toString(), "extract", "--destination", folder.toString()),
				Map.of(), folder.resolveSibling("log"));
		if (tool.result(UNPACK_LIMIT) != 0) {
			throw new IllegalStateException(tool + " failed:\n" + String.join("\n", tool.logTail(15)));
		}
	}

}
