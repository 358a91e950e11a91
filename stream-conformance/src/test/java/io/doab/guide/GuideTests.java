package io.doab.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@code docs/guide.md} shows nothing that no test runs. Its blocks of commands are
 * run by {@link GuideRedisTests} and {@link GuideKafkaTests}; its blocks of Java stand
 * word for word in {@link GuideExamples}, which is run on both backends.
 */
class GuideTests {

	/** In the order in which they stand under a heading, and who runs them. */
	private static final Map<String, String> LANGUAGES = new LinkedHashMap<>(
			Map.of("redis", "Redis", "redis cluster", "Redis", "kafka", "Kafka", "java", "Doab"));

	private static final List<String> COLUMNS = List.of("Redis", "Kafka", "Doab");

	private static final Pattern TEST = Pattern.compile("default void (\\w+)\\(\\) .*");

	private static final String BEGIN = "// guide: ";

	private static final String END = "// end";

	private final Guide guide = Guide.read();

	@Test
	void everyBlockIsOfALanguageThatIsRun() {
		assertThat(this.guide.blocks())
			.allSatisfy((block) -> assertThat(LANGUAGES.keySet()).as(block.toString()).contains(block.language()));
	}

	/** And says so in words where one of the three has nothing to show. */
	@Test
	void everyOperationIsShownForRedisKafkaAndDoabInThisOrder() {
		assertThat(this.guide.prose()).hasSizeGreaterThan(20);
		for (String heading : this.guide.prose().keySet()) {
			List<String> columns = this.guide.languages(heading).stream().map(LANGUAGES::get).toList();
			List<String> expected = new ArrayList<>(COLUMNS);
			expected.removeIf((column) -> this.guide.proseUnder(heading).contains("**" + column + ":**"));
			assertThat(columns).as(heading).isEqualTo(expected);
		}
	}

	@Test
	void everyBlockOfJavaStandsInATestThatBothBackendsRun() throws IOException {
		Map<String, String> examples = examples();
		for (GuideBlock block : this.guide.blocks("java")) {
			assertThat(examples.get(block.heading())).as(block + ": what GuideExamples has under this heading")
				.isEqualTo(String.join("\n", block.lines()));
		}
		assertThat(this.guide.blocks("java")).extracting(GuideBlock::heading)
			.as("what is run and what is shown")
			.containsExactlyInAnyOrderElementsOf(examples.keySet());
		for (Class<?> backend : List.of(GuideOnRedisTests.class, GuideOnKafkaTests.class)) {
			assertThat(GuideExamples.class).isAssignableFrom(backend);
			assertThat(backend.getDeclaredMethods()).extracting("name").doesNotContainAnyElementsOf(testMethods());
		}
	}

	/** The marked regions by heading, each within a test that is named after it. */
	private static Map<String, String> examples() throws IOException {
		Map<String, String> examples = new LinkedHashMap<>();
		String method = "";
		Iterator<String> lines = sources().iterator();
		while (lines.hasNext()) {
			String line = lines.next().strip();
			Matcher test = TEST.matcher(line);
			if (test.matches()) {
				method = test.group(1);
			}
			else if (line.startsWith(BEGIN)) {
				String heading = line.substring(BEGIN.length());
				assertThat(method).as("the test in which the example '%s' stands", heading).isEqualTo(nameOf(heading));
				assertThat(testMethods()).contains(method);
				examples.put(heading, region(lines));
			}
		}
		return examples;
	}

	/** Of all files with examples. */
	private static List<String> sources() throws IOException {
		List<String> lines = new ArrayList<>();
		for (Class<?> examples : GuideExamples.class.getInterfaces()) {
			lines.addAll(Files.readAllLines(Guide.ROOT
				.resolve("stream-conformance/src/test/java/" + examples.getName().replace('.', '/') + ".java")));
		}
		return lines;
	}

	private static String region(Iterator<String> lines) {
		List<String> region = new ArrayList<>();
		for (String line = lines.next(); !line.strip().equals(END); line = lines.next()) {
			region.add(line.replace("\t", "    "));
		}
		return String.join("\n", region).stripIndent();
	}

	private static Set<String> testMethods() {
		return Set.copyOf(Arrays.stream(GuideExamples.class.getMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class))
			.map((method) -> method.getName())
			.toList());
	}

	/** {@code readFromNowOn} of {@code Read from now on}. */
	private static String nameOf(String heading) {
		StringBuilder name = new StringBuilder();
		for (String word : heading.split("\\W+", -1)) {
			String lower = word.toLowerCase(Locale.ROOT);
			name.append((name.isEmpty() || lower.isEmpty()) ? lower
					: Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
		}
		return name.toString();
	}

}
