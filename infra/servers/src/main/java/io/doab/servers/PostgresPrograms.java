package io.doab.servers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL for this machine, unpacked once per user.
 */
final class PostgresPrograms {

	private static final int OWNER_EXECUTES = 0100;

	private final Path folder;

	private PostgresPrograms(Path folder) {
		this.folder = folder;
	}

	static PostgresPrograms unpacked() throws IOException {
		byte[] archive = archive();
		return new PostgresPrograms(
				ProgramFolder.ofThisUser().program("postgres-" + digest(archive), (target) -> unpack(archive, target)));
	}

	/** The command line that runs one of them. */
	List<String> command(String program, String... arguments) {
		List<String> command = new ArrayList<>();
		if (LinuxUtils.isUnshareAvailable()) {
			// PostgreSQL refuses to run as root: to it, the user in here is another.
			command.addAll(List.of("unshare", "-U"));
		}
		command.add(this.folder.resolve("bin").resolve(program).toString());
		command.addAll(List.of(arguments));
		return command;
	}

	private static byte[] archive() throws IOException {
		String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "Darwin" : "Linux";
		String machine = System.getProperty("os.arch");
		try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system,
				machine.equals("amd64") ? "x86_64" : machine)) {
			if (in == null) {
				throw new IllegalStateException("No embedded PostgreSQL for this machine (" + system + ", " + machine
						+ "). Run the services against a PostgreSQL of your own: see README.md");
			}
			return in.readAllBytes();
		}
	}

	private static String digest(byte[] archive) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive), 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void unpack(byte[] archive, Path target) throws IOException {
		try (TarArchiveInputStream in = new TarArchiveInputStream(
				new XZInputStream(new ByteArrayInputStream(archive)))) {
			for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
				Path path = target.resolve(entry.getName()).normalize();
				if (entry.isDirectory()) {
					Files.createDirectories(path);
				}
				else {
					Files.createDirectories(path.resolve("..").normalize());
					unpack(in, entry, path);
				}
			}
		}
	}

	private static void unpack(InputStream in, TarArchiveEntry entry, Path path) throws IOException {
		if (entry.isSymbolicLink()) {
			Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
		}
		else {
			Files.copy(in, path);
			boolean program = (entry.getMode() & OWNER_EXECUTES) != 0;
			Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(program ? "rwx------" : "rw-------"));
		}
	}

}
