package io.doab.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.StreamBackend;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the commands do, on either backend.
 */
interface CommandCases {

	/** With the server in its environment. */
	Shell shell();

	StreamBackend connect();

	default void declare(String stream) {
		try (StreamBackend backend = connect()) {
			backend.declare(List.of(StreamDefinition.of(stream)));
		}
	}

	@Test
	default void whatIsPublishedIsShownAsATableAndAsJson() {
		declare("orders");
		Shell.Result published = shell().run("publish", "orders", "--key", "42", "--type", "order.placed", "--id", "e1",
				"--header", "tenant=a", "--data", "{\"total\": 7}");
		assertThat(published).isEqualTo(new Shell.Result(0, published.out(), ""));
		assertThat(published.out()).startsWith("Stored in partition ").contains("of orders at ", "id e1");
		Shell.Result table = shell().run("range", "orders");
		assertThat(table.lines()).hasSize(2);
		assertThat(table.lines().getFirst()).startsWith("PART POSITION");
		assertThat(table.lines().getLast()).contains("order.placed", "42", "{\"total\": 7}");
		assertThat(shell().run("range", "orders", "--json").json()).singleElement().satisfies((line) -> {
			assertThat(line.path("stream").stringValue()).isEqualTo("orders");
			assertThat(line.path("event").path("id").stringValue()).isEqualTo("e1");
			assertThat(line.path("event").path("tenant").stringValue()).isEqualTo("a");
			assertThat(line.path("event").path("datacontenttype").stringValue()).isEqualTo("application/json");
			assertThat(line.path("event").path("data").path("total").intValue()).isEqualTo(7);
		});
	}

	@Test
	default void linesArePublishedAndReadInBothDirections() {
		declare("lines");
		String lines = IntStream.range(0, 50).mapToObj((i) -> "key\t" + i + "\n").collect(Collectors.joining());
		Shell.Result published = shell().runWithInput(lines, "publish", "lines", "--lines", "--key-separator", "\\t");
		assertThat(published).isEqualTo(new Shell.Result(0, String.format("50 events are stored in lines%n"), ""));
		assertThat(numbers(shell().run("range", "lines", "--json"))).isEqualTo(IntStream.range(0, 50).boxed().toList());
		Shell.Result newest = shell().run("range", "lines", "--backwards", "-n", "3", "--json");
		assertThat(numbers(newest)).containsExactly(49, 48, 47);
		String partition = newest.json().getLast().path("partition").toString();
		String position = newest.json().getLast().path("position").stringValue();
		assertThat(numbers(shell().run("range", "lines", "-p", partition, "--from", position, "--json")))
			.containsExactly(47, 48, 49);
		assertThat(numbers(shell().run("range", "lines", "-p", partition, "--from", "(" + position, "--json")))
			.containsExactly(48, 49);
		assertThat(numbers(shell().run("range", "lines", "--from", "5m", "-n", "2", "--json"))).containsExactly(0, 1);
		Shell.Result wrong = shell().runWithInput("key:1\nkey:2\nno separator\n", "publish", "lines", "--lines",
				"--key-separator", ":");
		assertThat(wrong.status()).isEqualTo(2);
		assertThat(wrong.err()).contains("Line 3");
		assertThat(numbers(shell().run("range", "lines", "--backwards", "-n", "2", "--json"))).containsExactly(2, 1);
	}

	private static List<Integer> numbers(Shell.Result result) {
		return result.json().stream().map((line) -> line.path("event").path("data").intValue()).toList();
	}

	@Test
	default void aTailEndsAfterItsCountOrItsTime() {
		declare("tailed");
		shell().runWithInput("1\n2\n3\n", "publish", "tailed", "--lines", "--key", "key");
		Shell.Result counted = shell().run("tail", "tailed", "--from", "beginning", "-n", "3", "--json");
		assertThat(counted.status()).isZero();
		assertThat(numbers(counted)).containsExactly(1, 2, 3);
		assertThat(shell().run("tail", "tailed", "--for", "100ms")).isEqualTo(new Shell.Result(0, "", ""));
	}

	@Test
	default void whatCannotBeDoneIsSaidWithStatusOne() {
		for (String command : List.of("range", "tail")) {
			Shell.Result result = shell().run(command, "nothing");
			assertThat(result.status()).isEqualTo(1);
			assertThat(result.err()).startsWith("doab: There is no stream 'nothing'").hasLineCount(1);
		}
		assertThat(shell().run("publish", "nothing", "--data", "{}").status()).isEqualTo(1);
	}

	@Test
	default void whatIsNotUnderstoodIsSaidWithStatusTwo() {
		declare("known");
		assertRefused("--config", "range", "known", "--config", "/nowhere");
		assertRefused("no point of a stream", "range", "known", "--from", "yesterdayish");
		assertRefused("no time", "tail", "known", "--for", "-1s");
		assertRefused("0 to 2", "range", "known", "-p", "7");
		assertRefused("say which partition", "tail", "known", "--from", "12");
		assertRefused("Unknown backend 'rabbit'", "range", "known", "--backend", "rabbit");
		assertRefused("--data TEXT", "publish", "known");
		assertRefused("mutually exclusive", "publish", "known", "--data", "1", "--lines");
		assertRefused("Which command?");
	}

	private void assertRefused(String reason, String... arguments) {
		Shell.Result result = shell().run(arguments);
		assertThat(result.status()).as(reason).isEqualTo(2);
		assertThat(result.out()).isEmpty();
		assertThat(result.err()).startsWith("doab: ").contains(reason.equals("--config") ? "/nowhere" : reason);
	}

}
