package io.doab.servers;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Where programs are unpacked before they run. Only this user can write there: what
 * another one of the machine puts in the place of a program would run as this one.
 */
final class ProgramFolder {

	/**
	 * No process is forked while a program is written: it would inherit the open file,
	 * and a program that is open to be written is not run ("text file busy").
	 */
	private static final ReadWriteLock WRITING = new ReentrantReadWriteLock();

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private final Path folder;

	private ProgramFolder(Path folder) {
		this.folder = folder;
	}

	/** The folder below the user's cache, made when it is not there. */
	static ProgramFolder ofThisUser() throws IOException {
		String cache = System.getenv("XDG_CACHE_HOME");
		return under((cache != null && !cache.isBlank()) ? Path.of(cache)
				: Path.of(System.getProperty("user.home"), ".cache"));
	}

	/**
	 * The folder below another one.
	 * @throws IOException when it cannot be made, or somebody else can write there
	 */
	static ProgramFolder under(Path cache) throws IOException {
		Path folder = cache.resolve("doab").toAbsolutePath();
		try {
			Files.createDirectories(cache);
			Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
		}
		catch (FileAlreadyExistsException ex) {
			requireOwn(folder);
		}
		return new ProgramFolder(folder);
	}

	private static void requireOwn(Path folder) throws IOException {
		PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
		UserPrincipal user = folder.getFileSystem()
			.getUserPrincipalLookupService()
			.lookupPrincipalByName(System.getProperty("user.name"));
		boolean shared = found.permissions().contains(PosixFilePermission.GROUP_WRITE)
				|| found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
		if (!found.isDirectory() || shared || !found.owner().equals(user)) {
			throw new IOException(folder + " holds programs that are run, and others than " + user.getName()
					+ " can write there: remove it");
		}
	}

	/**
	 * A program by its name, unpacked when it is not there.
	 * @param unpack makes the program, a file or a folder, where it is told
	 */
	Path program(String name, Folders.Making unpack) throws IOException {
		Path program = this.folder.resolve(name);
		if (!Files.exists(program)) {
			Folders.makeWhole(program, (target) -> unpack(unpack, target));
		}
		return program;
	}

	private static void unpack(Folders.Making unpack, Path target) throws IOException {
		WRITING.writeLock().lock();
		try {
			unpack.into(target);
		}
		finally {
			WRITING.writeLock().unlock();
		}
	}

	/** Starts a process while no program is being written. */
	static Process start(ProcessBuilder builder) throws IOException {
		WRITING.readLock().lock();
		try {
			return builder.start();
		}
		finally {
			WRITING.readLock().unlock();
		}
	}

}
