package io.doab.conformance.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.doab.servers.ChildProcess;
import io.doab.servers.JavaRuntime;

/**
 * A member that is a process of its own: to be killed, paused and stopped. Its log is
 * beside its journal.
 */
public final class MemberProcess implements AutoCloseable {

	private final ChildProcess process;

	private MemberProcess(ChildProcess process) {
		this.process = process;
	}

	public static MemberProcess start(MemberSpec spec) {
		List<String> command = new ArrayList<>(List.of(JavaRuntime.executable(), "-Xmx128m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Ddoab.log=" + System.getProperty("doab.log", "INFO"), "-cp",
				String.join(System.getProperty("path.separator"), JavaRuntime.classPath()), Member.class.getName()));
		command.addAll(spec.arguments());
		return new MemberProcess(ChildProcess.start("Member of " + spec.group(), command, Map.of(),
				spec.journal().resolveSibling(spec.journal().getFileName() + ".log")));
	}

	/** The process, for kill, pause and resume. */
	public ChildProcess process() {
		return this.process;
	}

	/** The ids of the events that members with this journal began, in order. */
	public static List<String> begun(Path journal) {
		try {
			return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Asks it to end in good order. */
	@Override
	public void close() {
		this.process.stop(Duration.ofSeconds(30));
	}

}
