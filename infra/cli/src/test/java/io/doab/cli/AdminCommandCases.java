package io.doab.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.error.FailureAction;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the commands tell of streams and groups, and do to them, on either backend.
 */
interface AdminCommandCases {

	/** With the server in its environment. */
	Shell shell();

	StreamBackend connect();

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofSeconds(40));
	}

	/** Copies; number 1 of each key goes to the dead letters while it is told to. */
	private static ProcessorDefinition copying(AtomicBoolean broken) {
		return ProcessorDefinition.named("copying").on("numbers", Integer.class, (event, context) -> {
			if (broken.get() && event.data() == 1) {
				throw new IllegalStateException("broken");
			}
			context.emit("copies", "copied", event.data());
		}).output("copies").onFailure((failure) -> new FailureAction.DeadLetter()).build();
	}

	@Test
	default void groupsAndDeadLettersAreToldAndMended() {
		AtomicBoolean broken = new AtomicBoolean(true);
		StreamBackend backend = connect();
		try (backend;
				StreamEngine engine = new StreamEngine(backend,
						new StreamCatalog(backend, List.of(), StreamDefinition.of("default")), new JsonPayloadCodec(),
						EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none())) {
			CompletableFuture
				.allOf(IntStream.range(0, 12)
					.mapToObj((number) -> engine.publisher()
						.publish("numbers", Event.of("number", "key" + number % 6, number / 6)))
					.toArray(CompletableFuture[]::new))
				.join();
			engine.start(List.of(copying(broken)));
			eventually().untilAsserted(() -> assertThat(shell().run("range", "copies", "--json").lines()).hasSize(6));
			eventually()
				.untilAsserted(() -> assertThat(shell().run("dead-letters", "numbers", "--json").json()).hasSize(6));

			assertThat(shell().run("streams").out()).contains("STREAM", "numbers ", "copying");
			assertThat(shell().run("describe", "numbers", "--json").json().getFirst().get("partitions")).hasSize(3);
			assertThat(shell().run("describe", "nowhere")).satisfies((result) -> {
				assertThat(result.status()).isEqualTo(2);
				assertThat(result.err()).contains("There is no stream 'nowhere'");
			});
			assertThat(shell().run("groups", "--stream", "numbers").out()).contains("copying", "running");
			assertThat(shell().run("reset", "copying", "--to-earliest", "--yes")).satisfies((result) -> {
				assertThat(result.status()).isEqualTo(1);
				assertThat(result.err()).contains("runs: its members are");
			});
			mend(broken);
			move();
			eventually().untilAsserted(() -> assertThat(shell().run("range", "copies", "--json").lines()).hasSize(20));
		}
	}

	private void mend(AtomicBoolean broken) {
		List<JsonNode> letters = shell().run("dead-letters", "numbers", "--json").json();
		assertThat(letters).hasSize(6);
		assertThat(letters.getFirst().get("message").stringValue()).isEqualTo("broken");
		assertThat(shell().run("redrive", "numbers").err()).contains("Say --yes");
		broken.set(false);
		assertThat(shell().run("redrive", "numbers", "--id", letters.get(0).get("id").stringValue(), "--yes").out())
			.contains("1 given back, 0 refused");
		assertThat(shell()
			.run("discard", "numbers", letters.get(1).get("partition").toString(),
					letters.get(1).get("position").stringValue(), "--yes")
			.status()).isZero();
		assertThat(shell().run("dead-letters", "numbers", "--json").json()).hasSize(4);
		eventually().untilAsserted(() -> assertThat(shell().run("range", "copies", "--json").lines()).hasSize(7));
	}

	private void move() {
		assertThat(shell().run("pause", "copying", "--reason", "a test").status()).isZero();
		assertThat(shell().run("lag", "copying").out()).contains("a test", "DONE UP TO", "numbers");
		assertThat(shell().run("reset", "copying", "--to-earliest", "--yes", "--json").json().getFirst().get("moved"))
			.hasSize(3);
		long events = 0;
		for (JsonNode partition : shell().run("lag", "copying", "--json")
			.json()
			.getFirst()
			.get("group")
			.get("partitions")) {
			events += partition.get("inputs").get(0).get("lag").get("events").longValue();
		}
		assertThat(events).isEqualTo(13);
		assertThat(shell().run("resume", "copying").status()).isZero();
	}

	@Test
	default void whatIsSaidWronglyOfAGroupIsToldAndChangesNothing() {
		assertThat(shell().run("reset", "nobody").status()).isEqualTo(2);
		assertThat(shell().run("reset", "nobody", "--to-time", "yesterday", "--yes").err())
			.contains("'yesterday' is no time");
		assertThat(shell().run("reset", "nobody", "--to-position", "payments=1", "--yes").err())
			.contains("expected STREAM:PARTITION=POSITION");
		assertThat(shell().run("lag", "nobody")).satisfies((result) -> {
			assertThat(result.status()).isEqualTo(2);
			assertThat(result.err()).contains("There is no group 'nobody'");
		});
		assertThat(shell().run("reset", "--help").out()).contains("--to-earliest", "Examples:");
	}

}
