package io.doab.guide;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.apache.kafka.common.utils.Exit;

import org.jspecify.annotations.Nullable;

/**
 * Runs the main classes of Kafka's tools, one after the other, for another process: they
 * take their input from the one standard input, print to the one standard output and end
 * the process, none of which a test can have. A process for each would take a second.
 *
 * <p>
 * Read from the standard input: a class, its arguments and its input. Written to the
 * standard output: the status it would have ended with, and what it printed. Ends when
 * there is nothing more to read, so also with the process that started it.
 */
final class KafkaToolsMain {

	/** What a tool wants to do at the end of its process. The producer sends there. */
	private static final List<Runnable> HOOKS = new ArrayList<>();

	/** The first status that a tool ended with, for tools catch what follows. */
	private static @Nullable Integer status;

	private KafkaToolsMain() {
	}

	public static void main(String[] none) throws IOException {
		Exit.setExitProcedure(KafkaToolsMain::end);
		Exit.setHaltProcedure(KafkaToolsMain::end);
		Exit.setShutdownHookAdder((name, hook) -> HOOKS.add(hook));
		DataInputStream in = new DataInputStream(System.in);
		DataOutputStream out = new DataOutputStream(System.out);
		try {
			while (true) {
				String mainClass = in.readUTF();
				String[] arguments = new String[in.readInt()];
				for (int i = 0; i < arguments.length; i++) {
					arguments[i] = in.readUTF();
				}
				byte[] input = in.readUTF().getBytes(StandardCharsets.UTF_8);
				ByteArrayOutputStream printed = new ByteArrayOutputStream();
				System.setIn(new ByteArrayInputStream(input));
				System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
				out.writeInt(run(mainClass, arguments));
				out.writeUTF(printed.toString(StandardCharsets.UTF_8));
				out.flush();
			}
		}
		catch (EOFException ex) {
			Runtime.getRuntime().halt(0);
		}
	}

	private static int run(String mainClass, String[] arguments) {
		status = null;
		HOOKS.clear();
		try {
			MethodHandle main = MethodHandles.lookup()
				.findStatic(Class.forName(mainClass), "main", MethodType.methodType(void.class, String[].class));
			main.invokeExact(arguments);
		}
		catch (Throwable ex) {
			if (status == null) {
				ex.printStackTrace();
				status = 1;
			}
		}
		HOOKS.forEach(Runnable::run);
		return Objects.requireNonNullElse(status, 0);
	}

	private static void end(int with, @Nullable String message) {
		if (status == null) {
			status = with;
		}
		if (message != null) {
			System.err.println(message);
		}
		throw new EndedException();
	}

	/** In place of the end of the process. */
	private static final class EndedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
