package io.doab.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.Capabilities;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.Support;

import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of what is promised, in README. The system property {@value #WRITE} makes
 * this test write what it would compare.
 */
class GuaranteeTableTests {

	private static final String WRITE = "doab.contract.write";

	private static final String BEGIN = "<!-- What is promised, from Capabilities: GuaranteeTableTests -->\n";

	private static final String END = "<!-- end -->\n";

	@Test
	void theTableInReadmeIsWhatTheBackendsSay() throws IOException {
		Path readme = readme();
		String text = Files.readString(readme);
		assertThat(text).contains(BEGIN, END);
		int begin = text.indexOf(BEGIN) + BEGIN.length();
		String expected = text.substring(0, begin) + table(backends()) + text.substring(text.indexOf(END, begin));
		if (Boolean.getBoolean(WRITE)) {
			Files.writeString(readme, expected);
		}
		assertThat(Files.readString(readme))
			.as("README.md, what is promised: what the backends say has changed. Run the test with -D%s=true", WRITE)
			.isEqualTo(expected);
	}

	/** A row that nothing asserts is a wish. */
	@Test
	void everyRowIsAssertedByACaseThatAllBackendsAreHeldTo() {
		List<Guarantee> asserted = Arrays.stream(BackendContract.class.getMethods())
			.filter((method) -> method.isAnnotationPresent(Asserts.class))
			.peek((method) -> assertThat(Arrays.stream(method.getAnnotations())
				.map((annotation) -> annotation.annotationType().getSimpleName())).as(method.getName())
				.containsAnyOf("Test", "ParameterizedTest"))
			.flatMap((method) -> Arrays.stream(method.getAnnotation(Asserts.class).value()))
			.toList();
		assertThat(asserted).contains(Guarantee.values());
	}

	private static String table(Map<String, Capabilities> backends) {
		String head = "| for | promise | " + String.join(" | ", backends.keySet()) + " |\n| --- |"
				+ " --- |".repeat(backends.size() + 1) + "\n";
		return Arrays.stream(Guarantee.values())
			.map((guarantee) -> row(guarantee, backends))
			.collect(Collectors.joining("", head, ""));
	}

	private static String row(Guarantee guarantee, Map<String, Capabilities> backends) {
		List<String> cells = new ArrayList<>(List.of(guarantee.mode(), guarantee.promise()));
		Map<String, String> firstToSay = new HashMap<>();
		backends.forEach((backend, capabilities) -> {
			String said = cell(capabilities.support(guarantee));
			String first = firstToSay.putIfAbsent(said, backend);
			cells.add((first != null) ? "as " + first : said);
		});
		return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
	}

	private static String cell(Support support) {
		return switch (support.level()) {
			case HELD -> support.how();
			case ABSENT -> "**no**: " + support.how();
			case UNTESTED -> "*untested*: " + support.how();
		};
	}

	/** None of them connects for this. */
	private static Map<String, Capabilities> backends() {
		Map<String, Object> nowhere = Map.of("bootstrap.servers", "localhost:1");
		RedisClusterConfiguration cluster = new RedisClusterConfiguration();
		cluster.addClusterNode(new RedisNode("localhost", 1));
		Map<String, Capabilities> all = new LinkedHashMap<>();
		all.put("Redis",
				of(RedisStreamBackend.create(new LettuceConnectionFactory("localhost", 1), RedisSettings.defaults())));
		all.put("Redis Cluster",
				of(RedisStreamBackend.create(new LettuceConnectionFactory(cluster), RedisSettings.defaults())));
		all.put("Kafka", of(KafkaStreamBackend.create(nowhere, nowhere, nowhere, KafkaSettings.defaults())));
		return all;
	}

	private static Capabilities of(StreamBackend backend) {
		try (backend) {
			return backend.capabilities();
		}
	}

	private static Path readme() {
		for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
			if (Files.exists(folder.resolve("README.md"))) {
				return folder.resolve("README.md");
			}
		}
		throw new IllegalStateException("There is no README.md in this folder or any above it");
	}

}
