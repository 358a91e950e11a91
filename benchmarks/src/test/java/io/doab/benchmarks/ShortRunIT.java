package io.doab.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.doab.servers.JavaRuntime;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The program as it is run, with few events: a report for every build, of which the times
 * mean little and bind nobody. What it checks is that the run is sound: nothing is lost,
 * doubled, out of order or garbled.
 */
class ShortRunIT {

	private static final Path TARGET = Path.of("target").toAbsolutePath();

	@Test
	void onKafka() throws Exception {
		assertThat(measured(run("kafka", "transform", "blocking"))).containsExactly("TRANSFORM kafka doab",
				"TRANSFORM kafka transactional", "BLOCKING kafka doab", "BLOCKING kafka parallel-consumer");
	}

	@Test
	void onRedis() throws Exception {
		assertThat(measured(run("redis", "transform", "ingest"))).containsExactly("TRANSFORM redis doab",
				"TRANSFORM redis lettuce", "INGEST redis doab-service", "INGEST redis bare-endpoint");
	}

	/** Runs it with Doab and the baselines, and returns where the report is. */
	private static Path run(String backend, String... workloads) throws Exception {
		Path report = TARGET.resolve("short-report").resolve(backend);
		List<String> command = new ArrayList<>(List.of(JavaRuntime.executable(), "-XX:TieredStopAtLevel=1", "-cp",
				TARGET.resolve("benchmarks.jar") + File.pathSeparator + TARGET.resolve("lib") + File.separator + "*",
				"-Ddoab.root=" + System.getProperty("doab.root"), Benchmarks.class.getName()));
		command.addAll(List.of(workloads));
		command.addAll(List.of("--backend=" + backend, "--events=5000", "--rounds=1", "--warm-ups=1",
				"--contenders=doab", "--report=" + report));
		Process run = new ProcessBuilder(command).inheritIO().start();
		try {
			assertThat(run.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
			assertThat(run.exitValue()).isZero();
		}
		finally {
			run.destroy();
		}
		assertThat(report.resolve("report.txt")).isNotEmptyFile();
		assertThat(report.resolve("report.html")).isNotEmptyFile();
		return report;
	}

	private static List<String> measured(Path report) throws IOException {
		List<String> measured = new ArrayList<>();
		for (JsonNode result : new JsonMapper().readTree(Files.readString(report.resolve("report.json")))
			.path("results")) {
			for (JsonNode outcome : result.path("outcomes")) {
				assertThat(outcome.path("rounds").size()).isEqualTo(1);
				measured.add(String.join(" ", result.path("workload").asString(), result.path("backend").asString(),
						outcome.path("name").asString()));
			}
		}
		return measured;
	}

}
