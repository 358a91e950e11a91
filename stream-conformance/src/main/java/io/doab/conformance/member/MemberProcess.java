package io.doab.conformance.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.servers.ChildProcess;
import io.doab.servers.JavaRuntime;

/**
 * A member of a group that is a process of its own. It ends with this one.
 */
public final class MemberProcess implements AutoCloseable {

	private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

	private final ChildProcess process;

	private MemberProcess(ChildProcess process) {
		this.process = process;
	}

	/**
	 * Starts a member. Does not wait until it has joined its group.
	 * @param network the way it takes to the fixture's server
	 */
	public static MemberProcess start(BackendFixture fixture, Network network, MemberBehaviour behaviour) {
		List<String> arguments = new ArrayList<>(List.of(String.valueOf(ProcessHandle.current().pid()),
				fixture.connector().getName(), fixture.address(network)));
		arguments.addAll(behaviour.toArguments());
		return start(behaviour.name(), MemberMain.class, arguments);
	}

	/** Starts a member that writes down what it begins, and may end itself. */
	public static MemberProcess start(MemberSpec spec) {
		return start(spec.group(), JournalMain.class, spec.arguments());
	}

	private static MemberProcess start(String name, Class<?> main, List<String> arguments) {
		List<String> command = new ArrayList<>(List.of(JavaRuntime.executable(), "-Xmx128m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto",
				"-Ddoab.log=" + System.getProperty("doab.log", "WARN"), "-cp",
				String.join(System.getProperty("path.separator"), JavaRuntime.classPath()), main.getName()));
		command.addAll(arguments);
		try {
			Path log = Files.createTempFile("doab-member-" + name, ".log");
			log.toFile().deleteOnExit();
			return new MemberProcess(ChildProcess.start("member " + name, command, Map.of(), log));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Completes when it has ended, by itself or not. */
	public CompletableFuture<?> ended() {
		return this.process.ended();
	}

	/** Ends it at once (SIGKILL). */
	public void kill() {
		this.process.kill();
	}

	/** Stops it in its tracks (SIGSTOP): its connections stay open. */
	public void pause() {
		this.process.pause();
	}

	/** Lets a paused one go on. */
	public void resume() {
		this.process.resume();
	}

	/** Asks it to end in good order (SIGTERM), and waits until it has. */
	public void stop() {
		this.process.stop(STOP_LIMIT);
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** The last lines that it logged, for the message of a test that fails. */
	public List<String> logTail() {
		return this.process.logTail(30);
	}

	@Override
	public void close() {
		this.process.kill();
	}

	@Override
	public String toString() {
		return this.process.toString();
	}

}
