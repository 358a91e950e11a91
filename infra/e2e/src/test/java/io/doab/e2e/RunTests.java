package io.doab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.doab.local.Backend;
import io.doab.local.LocalSettings;
import io.doab.servers.ChildProcess;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody sees who starts {@code ./run} with several instances of a service and
 * kills one of them.
 */
class RunTests {

	private static final Path ROOT = Path.of(System.getProperty("doab.root", ".")).toAbsolutePath();

	private static final int INSTANCES = 3;

	private static final int PARTITIONS = 3;

	private static final Pattern SPLIT = Pattern.compile(
			"payments \\d.* · payment-service ([-0-9,?]+) \\| " + "([-0-9,?]+) \\| ([-0-9,?]+)(?: \\((.*?)\\))? · .*");

	private static final Pattern PID = Pattern.compile("with PID (\\d+)");

	private static final Pattern LOGS = Pattern.compile("(?m)^ {2}logs +(.+)$");

	@TempDir
	@SuppressWarnings("NullAway.Init") // set by JUnit
	private Path folder;

	@Test
	void theStatusLineShowsWhoOwnsWhatAndWhoTakesOverFromOneThatIsKilled() throws Exception {
		killOneOfThree(Backend.REDIS);
	}

	/** What the status line tells does not depend on the backend, so once suffices. */
	@Test
	@Tag("soak")
	void theStatusLineShowsTheSameOnKafka() throws Exception {
		killOneOfThree(Backend.KAFKA);
	}

	private void killOneOfThree(Backend backend) throws Exception {
		Path output = this.folder.resolve("output");
		ChildProcess run = ChildProcess.start(
				"./run", List.of(ROOT.resolve("run").toString(), "--skip-build", "--no-demo",
						"--backend=" + backend.label(), "--instances=payment-service=" + INSTANCES),
				environment(), output);
		try {
			AtomicReference<String> before = new AtomicReference<>("");
			eventually().untilAsserted(() -> {
				before.set(lastLine(output));
				assertThat(split(before.get()).stream().flatMap(List::stream))
					.containsExactlyInAnyOrder(IntStream.range(0, PARTITIONS).boxed().toArray(Integer[]::new));
			});
			List<List<Integer>> owned = split(before.get());
			int victim = IntStream.range(0, INSTANCES).filter((i) -> !owned.get(i).isEmpty()).max().orElseThrow();
			int orphan = owned.get(victim).getFirst();
			kill(output, victim);
			eventually().untilAsserted(
					() -> assertThat(lines(output)).anyMatch((line) -> line.contains(label(victim) + " died 1x"))
						.anyMatch(tookOver(orphan).asPredicate()));
			eventually().untilAsserted(
					() -> assertThat(split(lastLine(output)).stream().flatMap(List::stream)).contains(orphan));
			say(before.get());
			lines(output).stream().dropWhile((line) -> !line.equals(before.get())).skip(1).forEach(RunTests::say);
			run.stop(Duration.ofSeconds(60));
			assertThat(run.ended().get(30, TimeUnit.SECONDS)).isZero();
			assertThat(lines(output).getLast()).endsWith("Stopped.");
		}
		finally {
			run.kill();
		}
	}

	/** Partitions by instance; of no instance while there is no line that tells them. */
	private static List<List<Integer>> split(String line) {
		return SPLIT.matcher(line)
			.results()
			.flatMap((found) -> IntStream.rangeClosed(1, INSTANCES).mapToObj((i) -> partitions(found.group(i))))
			.toList();
	}

	private static List<Integer> partitions(String text) {
		List<Integer> partitions = new ArrayList<>();
		if (!text.equals("-") && !text.equals("?")) {
			for (String run : text.split(",", -1)) {
				int[] ends = Arrays.stream(run.split("-", -1)).mapToInt(Integer::parseInt).toArray();
				IntStream.rangeClosed(ends[0], ends[ends.length - 1]).forEach(partitions::add);
			}
		}
		return partitions;
	}

	private static Pattern tookOver(int partition) {
		return Pattern.compile("payment-service(-\\d)? took over ([-0-9,]*,)?" + partition + "\\b");
	}

	private static String label(int instance) {
		return (instance == 0) ? "payment-service" : "payment-service-" + (instance + 1);
	}

	/** As {@code kill -9} does. */
	private static void kill(Path output, int instance) throws IOException {
		String logs = last(LOGS, Files.readString(output));
		long pid = Long.parseLong(last(PID, Files.readString(Path.of(logs, label(instance) + ".log"))));
		assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
	}

	private static String last(Pattern pattern, String text) {
		return pattern.matcher(text)
			.results()
			.map((MatchResult found) -> found.group(1))
			.reduce((first, second) -> second)
			.orElseThrow();
	}

	private static List<String> lines(Path output) {
		try {
			return Files.exists(output) ? Files.readAllLines(output) : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String lastLine(Path output) {
		List<String> lines = lines(output);
		return lines.isEmpty() ? "" : lines.getLast();
	}

	private static Map<String, String> environment() {
		Map<String, String> environment = new HashMap<>();
		IntSupplier ports = LocalSettings.freePorts();
		for (String what : List.of("REDIS", "KAFKA", "POSTGRES", "PAYMENT", "PAYMENT_MANAGEMENT", "INVENTORY",
				"INVENTORY_MANAGEMENT", "WEB_EVENTS", "WEB_EVENTS_MANAGEMENT", "DESTINATIONS",
				"DESTINATIONS_MANAGEMENT", "CONSOLE", "CONSOLE_MANAGEMENT", "SANDBOX", "SMTP")) {
			environment.put("DOAB_" + what + "_PORT", String.valueOf(ports.getAsInt()));
		}
		environment.put("JAVA_HOME", System.getProperty("java.home"));
		return environment;
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500));
	}

	private static void say(String line) {
		System.out.println("[run] " + line);
	}

}
