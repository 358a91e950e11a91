package io.doab.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All rows of a build, on all targets, again and again: what holds once may hold by
 * chance. {@code -Ddoab.soak.repeats=10} says how often; what came of it is in
 * {@code target/soak-conformance.txt}.
 */
@Tag("soak")
class ConformanceSoakTests {

	private static final int REPEATS = Integer.getInteger("doab.soak.repeats", 10);

	private static final List<String> CLASSES = List.of("io.doab.conformance.RedisConformanceTests",
			"io.doab.conformance.RedisFailureConformanceTests", "io.doab.conformance.RedisLogConformanceTests",
			"io.doab.conformance.RedisClusterConformanceTests",
			"io.doab.conformance.RedisClusterFailureConformanceTests",
			"io.doab.conformance.RedisClusterLogConformanceTests", "io.doab.conformance.KafkaConformanceTests",
			"io.doab.conformance.KafkaFailureConformanceTests", "io.doab.conformance.KafkaGroupConformanceTests",
			"io.doab.conformance.KafkaLogConformanceTests", "io.doab.stream.redis.RedisFaultTests",
			"io.doab.stream.redis.RedisGroupTests", "io.doab.stream.redis.RedisClusterTests",
			"io.doab.stream.kafka.KafkaFaultTests");

	@Test
	void everyRowIsGreenAsOftenAsItRuns() throws IOException {
		Tally tally = new Tally();
		Launcher launcher = LauncherFactory.create();
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(CLASSES.stream().map(DiscoverySelectors::selectClass).toList())
			.filters(TagFilter.excludeTags("soak"))
			.build();
		long began = System.nanoTime();
		for (int run = 1; run <= REPEATS; run++) {
			launcher.execute(request, tally);
			System.out.println("Run " + run + " of " + REPEATS + ": " + tally.summary());
		}
		String report = tally.report(Duration.ofNanos(System.nanoTime() - began));
		Files.writeString(Path.of("target", "soak-conformance.txt"), report);
		System.out.println(report);
		assertThat(tally.failures).isEmpty();
		assertThat(tally.succeeded.keySet()).containsExactlyInAnyOrderElementsOf(CLASSES);
	}

	/** What came of the tests of each class. */
	private static final class Tally implements TestExecutionListener {

		private final Map<String, AtomicInteger> succeeded = new ConcurrentHashMap<>();

		private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

		@Override
		public void executionFinished(TestIdentifier test, TestExecutionResult result) {
			String name = test.getSource()
				.filter(MethodSource.class::isInstance)
				.map(MethodSource.class::cast)
				.map((method) -> test.getUniqueIdObject().toString())
				.orElse("");
			String className = CLASSES.stream()
				.filter((each) -> name.contains("[class:" + each + "]"))
				.findFirst()
				.orElse("");
			if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
				String failure = test.getUniqueId() + ": " + result.getThrowable().map(Throwable::toString).orElse("");
				this.failures.add(failure);
				System.out.println("Not green: " + failure);
				result.getThrowable().ifPresent(Throwable::printStackTrace);
			}
			else if (!className.isEmpty()) {
				this.succeeded.computeIfAbsent(className, (key) -> new AtomicInteger()).incrementAndGet();
			}
		}

		private String summary() {
			return this.succeeded.values().stream().mapToInt(AtomicInteger::get).sum() + " green, "
					+ this.failures.size() + " not";
		}

		private String report(Duration time) {
			StringBuilder report = new StringBuilder(String.format(Locale.ROOT,
					"%d runs of every row in %d min %d s%n%n", REPEATS, time.toMinutes(), time.toSecondsPart()));
			new TreeMap<>(this.succeeded).forEach((name, count) -> report.append(String.format(Locale.ROOT,
					"%-50s %4d rows, green %5d times%n", name, count.get() / REPEATS, count.get())));
			report.append(String.format(Locale.ROOT, "%nnot green: %d%n", this.failures.size()));
			this.failures.forEach((failure) -> report.append("  ").append(failure).append('\n'));
			return report.toString();
		}

	}

}
