package io.doab.guide;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.doab.conformance.BackendCases;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.guide.GuideBlock.Exchange;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs what the guide shows of Kafka with Kafka's own tools, block by block, and compares
 * what they print.
 */
@ExtendWith(SharedKafka.class)
class GuideKafkaTests {

	private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

	private static final String CONSUMER = "kafka-console-consumer.sh";

	private static final String BACKGROUND = " &";

	private final ShownText shown = new ShownText();

	@TestFactory
	Stream<DynamicTest> whatTheGuideAsksOfKafkasToolsTheyPrintAsItShows(KafkaFixture server, KafkaTools tools) {
		KafkaTools other = new KafkaTools();
		Terminal terminal = new Terminal(server, tools, other);
		return Guide.read()
			.blocks("kafka")
			.stream()
			.map((block) -> DynamicTest.dynamicTest(block.toString(), () -> run(block, terminal)))
			.onClose(other::close);
	}

	private void run(GuideBlock block, Terminal terminal) throws InterruptedException, ExecutionException {
		List<Exchange> exchanges = block.exchanges(List.of("$ "));
		for (int i = 0; i < exchanges.size(); i++) {
			Exchange typed = exchanges.get(i);
			List<String> printed = typed.command().endsWith(BACKGROUND)
					? terminal.runInBackground(typed.command(), exchanges.get(++i).command())
					: terminal.run(typed.command());
			this.shown.requireSame(block + ": " + typed.command(), exchanges.get(i).reply(), printed);
		}
	}

	/** Where commands are typed. */
	private record Terminal(KafkaFixture server, KafkaTools tools, KafkaTools other) {

		List<String> run(String command) {
			return run(this.tools, command);
		}

		/** Runs a consumer, then what it waits for; gives what both printed. */
		List<String> runInBackground(String consumer, String producer) throws InterruptedException, ExecutionException {
			CompletableFuture<List<String>> waiting = CompletableFuture
				.supplyAsync(() -> run(this.other, consumer.substring(0, consumer.length() - BACKGROUND.length())));
			BackendCases.eventually().until(this::isSomebodyConsuming);
			List<String> printed = new ArrayList<>();
			for (int attempt = 0; attempt < 5; attempt++) {
				printed.addAll(run(producer));
				try {
					printed.addAll(waiting.get(3, TimeUnit.SECONDS));
					return printed;
				}
				catch (TimeoutException ex) {
					// It was assigned and did not know yet where the end is.
				}
			}
			throw new IllegalStateException("Nobody got what was produced by " + producer);
		}

		private boolean isSomebodyConsuming() throws ExecutionException, InterruptedException {
			List<String> groups = this.server.admin()
				.listGroups()
				.all()
				.get()
				.stream()
				.map((group) -> group.groupId())
				.filter((group) -> group.startsWith("console-consumer-"))
				.toList();
			return this.server.admin()
				.describeConsumerGroups(groups)
				.all()
				.get()
				.values()
				.stream()
				.flatMap((group) -> group.members().stream())
				.anyMatch((member) -> !member.assignment().topicPartitions().isEmpty());
		}

		private List<String> run(KafkaTools with, String command) {
			List<String> words = words(command.replace("localhost:9092", this.server.bootstrapServers()));
			int pipe = words.indexOf("|");
			String input = (pipe < 0) ? "" : input(words.subList(0, pipe));
			String script = words.get(pipe + 1);
			List<String> arguments = new ArrayList<>(words.subList(pipe + 2, words.size()));
			if (script.equals(CONSUMER)) {
				// At its end it waits until the broker answers that there is nothing
				// more.
				arguments.addAll(List.of("--command-property", "fetch.max.wait.ms=50"));
			}
			return with.run(script, arguments, input).lines().filter((line) -> !line.isBlank()).toList();
		}

		private static String input(List<String> words) {
			return switch (words.getFirst()) {
				case "echo" -> words.getLast() + "\n";
				case "printf" -> words.getLast().replace("\\n", "\n");
				default -> throw new IllegalStateException("echo or printf may stand before a pipe, not " + words);
			};
		}

		private static List<String> words(String command) {
			List<String> words = new ArrayList<>();
			Matcher matcher = WORD.matcher(command);
			while (matcher.find()) {
				words.add(Stream.of(1, 2, 3).map(matcher::group).filter((text) -> text != null).findFirst().orElse(""));
			}
			return words;
		}

	}

}
