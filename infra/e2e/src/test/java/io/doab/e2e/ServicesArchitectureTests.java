package io.doab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The services know no backend, nor each other.
 */
class ServicesArchitectureTests {

	private static final Path ROOT = Path.of(System.getProperty("doab.root", "."));

	@ParameterizedTest
	@ValueSource(strings = { "console", "payment-service", "inventory-service", "webserver-events-service",
			"destinations-service" })
	void aServiceKnowsNoBackend(String service) {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.doab.stream.redis..", "io.doab.stream.kafka..", "io.doab.stream.engine..",
					"io.lettuce..", "org.apache.kafka..", "org.springframework.data.redis..",
					"org.springframework.kafka..")
			.check(classes(service));
	}

	@ParameterizedTest
	@ValueSource(strings = { "console", "payment-service", "inventory-service", "webserver-events-service",
			"destinations-service" })
	void aServiceIsConfiguredForNoBackend(String service) throws IOException {
		String configuration = Files.readString(ROOT.resolve(service).resolve("src/main/resources/application.yml"));
		assertThat(configuration).doesNotContainIgnoringCase("redis").doesNotContainIgnoringCase("kafka");
	}

	@ParameterizedTest
	@CsvSource({ "payment-service, payment", "inventory-service, inventory", "webserver-events-service, webevents",
			"destinations-service, destinations", "console, console" })
	void featuresOfAServiceHaveNoCycles(String service, String name) {
		slices().matching("io.doab." + name + ".(*)..").should().beFreeOfCycles().check(classes(service));
	}

	private static JavaClasses classes(String service) {
		JavaClasses classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPaths(List.of(ROOT.resolve(service).resolve("target/classes")));
		assertThat(classes).isNotEmpty();
		return classes;
	}

}
