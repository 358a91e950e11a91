package io.doab.stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Who may know whom.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.doab.stream");

	private static final String[] FRAMEWORKS_AND_CLIENTS = { "org.springframework..", "org.apache.kafka..",
			"io.lettuce..", "tools.jackson..", "io.micrometer..", "jakarta..", "io.netty..", "reactor.." };

	@Test
	void whatApplicationsSeeKnowsNoFrameworkAndNoClient() {
		check(noClasses().that()
			.resideInAnyPackage("io.doab.stream", "io.doab.stream.error", "io.doab.stream.spi")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(FRAMEWORKS_AND_CLIENTS));
	}

	@Test
	void whatApplicationsSeeKnowsNothingOfWhatIsBehindIt() {
		check(noClasses().that()
			.resideInAnyPackage("io.doab.stream", "io.doab.stream.error")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.doab.stream.spi..", "io.doab.stream.engine..", "io.doab.stream.redis..",
					"io.doab.stream.kafka..", "io.doab.stream.spring..", "io.doab.stream.rest..",
					"io.doab.stream.jdbc.."));
	}

	@Test
	void theEngineKnowsOnlyTheSpi() {
		check(noClasses().that()
			.resideInAPackage("io.doab.stream.engine")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.doab.stream.redis..", "io.doab.stream.kafka..", "io.doab.stream.spring..",
					"io.doab.stream.rest..", "io.doab.stream.jdbc..", "io.doab.stream.json..")
			.orShould()
			.dependOnClassesThat()
			.resideInAnyPackage(FRAMEWORKS_AND_CLIENTS));
	}

	@Test
	void theTestKitKnowsNoFrameworkAndNoBackend() {
		check(noClasses().that()
			.resideInAnyPackage("io.doab.stream.test", "io.doab.stream.json")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "org.apache.kafka..", "io.lettuce..", "io.micrometer..",
					"io.doab.stream.redis..", "io.doab.stream.kafka..", "io.doab.stream.spring.."));
	}

	@ParameterizedTest
	@CsvSource({ "redis, kafka", "kafka, redis" })
	void aBackendKnowsNeitherTheOtherNorTheEngine(String backend, String other) {
		check(noClasses().that()
			.resideInAPackage("io.doab.stream." + backend)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.doab.stream." + other, "io.doab.stream.engine", "io.doab.stream.spring",
					"io.doab.stream.rest"));
	}

	@ParameterizedTest
	@CsvSource({ "redis, RedisStreamBackend, RedisSettings", "kafka, KafkaStreamBackend, KafkaSettings" })
	void ofABackendOnlyItsFactoryAndItsSettingsArePublic(String backend, String factory, String settings) {
		check(classes().that()
			.resideInAPackage("io.doab.stream." + backend)
			.and()
			.areTopLevelClasses()
			.and()
			.doNotHaveSimpleName(factory)
			.and()
			.doNotHaveSimpleName(settings)
			.and()
			.doNotHaveSimpleName("package-info")
			.should()
			.bePackagePrivate());
	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching("io.doab.stream.(*)..").should().beFreeOfCycles());
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
