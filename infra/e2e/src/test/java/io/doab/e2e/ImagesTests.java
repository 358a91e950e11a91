package io.doab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import io.doab.local.ServiceInstance;
import io.doab.local.ServiceName;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of the images in more than one place.
 */
class ImagesTests {

	private static final Path ROOT = Path.of(System.getProperty("doab.root", "."));

	private static final Pattern BUILT = Pattern.compile("(?m)^ +SERVICE: (\\S+)\\n(?: +FOLDER: (\\S+)\\n)?");

	/** Whatever is not named in {@code .dockerignore} an image cannot have. */
	@Test
	void everyServiceOfTheCompositionHasAJarThatItsImageCanHave() throws IOException {
		List<String> jars = BUILT.matcher(Files.readString(ROOT.resolve("infra/compose/compose.yml")))
			.results()
			.map((built) -> ((built.group(2) != null) ? built.group(2) + "/" : "") + built.group(1) + "/target/"
					+ built.group(1) + "-*.jar")
			.toList();
		assertThat(jars).hasSize(ServiceName.values().length);
		assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
			.containsAll(jars.stream().map((jar) -> "!" + jar).toList());
	}

	@Test
	void aServiceHasAsManyCarrierThreadsInItsImageAsInTheLocalRun() throws IOException {
		assertThat(Files.readString(ROOT.resolve("infra/container/Dockerfile")))
			.contains('"' + ServiceInstance.CARRIERS + '"');
	}

}
