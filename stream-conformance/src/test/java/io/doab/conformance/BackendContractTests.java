package io.doab.conformance;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackendContractTests {

	@Test
	void theContractHasAllCases() throws IOException, URISyntaxException {
		Path classes = Path.of(BackendContract.class.getResource("BackendContract.class").toURI()).getParent();
		try (Stream<Path> files = Files.list(classes)) {
			List<String> cases = files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("Cases.class"))
				.map((name) -> name.substring(0, name.length() - ".class".length()))
				.toList();
			assertThat(cases).hasSizeGreaterThan(5)
				.allSatisfy((name) -> assertThat(Class.forName(BackendContract.class.getPackageName() + "." + name)
					.isAssignableFrom(BackendContract.class)).as(name).isTrue());
		}
	}

	/** A backend that leaves cases out is none. */
	@Test
	void everyBackendIsHeldToTheWholeContract() throws IOException, URISyntaxException {
		Path classes = Path.of(BackendContractTests.class.getResource("BackendContractTests.class").toURI())
			.getParent();
		try (Stream<Path> files = Files.list(classes)) {
			Map<String, List<Class<?>>> byBackend = files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("ConformanceTests.class"))
				.map((name) -> name.substring(0, name.length() - ".class".length()))
				.collect(Collectors.groupingBy((name) -> name.replaceAll("(Failure|Group|Log)?ConformanceTests$", ""),
						Collectors.mapping(BackendContractTests::classOf, Collectors.toList())));
			assertThat(byBackend).containsOnlyKeys("Redis", "RedisSentinel", "RedisCluster", "RedisReplicatedCluster",
					"Kafka", "KafkaReplicated");
			assertThat(byBackend).allSatisfy((backend,
					tests) -> assertThat(List.of(ProcessingContract.class, FailureContract.class,
							OwnershipContract.class, LogContract.class))
						.allSatisfy((part) -> assertThat(tests).as(backend).anyMatch(part::isAssignableFrom)));
		}
	}

	private static Class<?> classOf(String name) {
		try {
			return Class.forName(BackendContract.class.getPackageName() + "." + name);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
