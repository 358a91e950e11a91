package io.doab.guide;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.Item;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.ProcessorDefinition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our streams and groups as those see them who have the tools of the servers and nothing
 * of ours.
 */
@ExtendWith(SharedKafka.class)
class ServerToolsTests {

	private static final int PARTITIONS = 2;

	@Test
	void kafkasToolsSeeARunningProcessorAsAGroupOfTheirOwn(KafkaFixture fixture, KafkaTools tools) {
		CountDownLatch held = new CountDownLatch(1);
		try (Application app = new Application(fixture, BackendFixture.Network.ONE, PARTITIONS)) {
			app.publish("tools-in", Item.events(20, 4));
			app.start(copy("tools-in", "tools-out", held));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(group(tools, fixture)).hasSize(PARTITIONS).allSatisfy((row) -> {
					assertThat(row.get(0)).isEqualTo("tools");
					assertThat(row.get(1)).isEqualTo("tools-in");
					assertThat(row.get(6)).as("the member").isNotEqualTo("-");
				}));
			held.countDown();
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThat(group(tools, fixture)).extracting((row) -> row.get(5)).containsOnly("0"));
			String bootstrap = fixture.bootstrapServers();
			assertThat(tools.run("kafka-consumer-groups.sh",
					List.of("--bootstrap-server", bootstrap, "--describe", "--group", "tools", "--state"), ""))
				.contains("Stable");
			assertThat(tools.run("kafka-console-consumer.sh",
					List.of("--bootstrap-server", bootstrap, "--topic", "tools-out", "--from-beginning",
							"--max-messages", "20", "--isolation-level", "read_committed", "--formatter-property",
							"print.key=true", "--formatter-property", "print.headers=true"),
					"")
				.lines()).hasSize(20)
				.allSatisfy((line) -> assertThat(line).contains("ce_specversion:1.0", "ce_type:copied", "\tkey",
						"\t{\"key\":\"key"));
		}
	}

	/** The rows of {@code --describe}, split at blanks, the head left out. */
	private static List<List<String>> group(KafkaTools tools, KafkaFixture fixture) {
		return tools
			.run("kafka-consumer-groups.sh",
					List.of("--bootstrap-server", fixture.bootstrapServers(), "--describe", "--group", "tools"), "")
			.lines()
			.filter((line) -> line.startsWith("tools "))
			.map((line) -> List.of(line.strip().split("\\s+", -1)))
			.toList();
	}

	/** Records of a plain producer, without any header, the key as text. */
	@Test
	void whatKafkasProducerWritesIsProcessed(KafkaFixture fixture, KafkaTools tools) {
		List<Item> seen = new ArrayList<>();
		try (Application app = new Application(fixture, BackendFixture.Network.ONE, PARTITIONS)) {
			app.declare("tools-plain");
			tools.run("kafka-console-producer.sh",
					List.of("--bootstrap-server", fixture.bootstrapServers(), "--topic", "tools-plain",
							"--reader-property", "parse.key=true", "--reader-property", "key.separator=="),
					"a={\"key\":\"a\",\"number\":1}\na={\"key\":\"a\",\"number\":2}\n");
			app.start(ProcessorDefinition.named("tools-plain").on("tools-plain", Item.class, (event, context) -> {
				assertThat(event.key()).isEqualTo("a");
				assertThat(event.type()).isEqualTo("tools-plain");
				seen.add(event.data());
			}).build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(seen).containsExactly(new Item("a", 1), new Item("a", 2)));
		}
	}

	@Test
	void redisCliSeesARunningProcessorAsAGroupOfItsOwn() {
		CountDownLatch held = new CountDownLatch(1);
		try (RedisFixture fixture = new RedisFixture();
				RedisSession cli = new RedisSession(fixture.server().port());
				Application app = new Application(fixture, BackendFixture.Network.ONE, PARTITIONS)) {
			app.publish("tools-in", Item.events(20, 4));
			List<Integer> stored = IntStream.range(0, PARTITIONS)
				.mapToObj((partition) -> fixture.read("tools-in", partition).size())
				.toList();
			app.start(copy("tools-in", "tools-out", held));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(cli.run("XINFO GROUPS tools-in:{P0}")).contains("    2) \"tools\""));
			held.countDown();
			for (int partition = 0; partition < PARTITIONS; partition++) {
				int number = partition;
				String key = "tools-in:{P" + partition + "}";
				BackendCases.eventually()
					.untilAsserted(
							() -> assertThat(cli.run("XINFO GROUPS " + key)).anyMatch((line) -> line.contains("name")) // of
																														// the
																														// one
																														// group
								.containsSequence("    9) \"entries-read\"", "   10) (integer) " + stored.get(number),
										"   11) \"lag\"", "   12) (integer) 0"));
				assertThat(cli.run("XINFO STREAM " + key)).contains(" 1) \"length\"",
						" 2) (integer) " + stored.get(number), "15) \"groups\"", "16) (integer) 1");
				// A processor takes nothing from anybody: what it has in hand is not
				// pending.
				assertThat(cli.run("XPENDING " + key + " tools")).containsExactly("1) (integer) 0", "2) (nil)",
						"3) (nil)", "4) (nil)");
			}
			BackendCases.eventually().untilAsserted(() -> assertThat(fixture.read("tools-out", 0)).isNotEmpty());
			assertThat(cli.run("XRANGE tools-out:{P0} - + COUNT 1")).extracting(String::strip)
				.containsSequence("5) \"type\"", "6) \"copied\"");
		}
	}

	private static ProcessorDefinition copy(String in, String out, CountDownLatch held) {
		return ProcessorDefinition.named("tools").on(in, Item.class, (event, context) -> {
			held.await();
			context.emit(out, "copied", event.data());
		}).output(out).build();
	}

}
