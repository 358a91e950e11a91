package io.doab.stream.test;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

import io.doab.stream.ProcessorDefinition;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The kit with nothing on the class path but the library, its codec and its logging.
 */
class WithoutOptionalDependenciesTests {

	@Test
	void aProcessorRunsWithoutSpringRedisAndKafka() throws Exception {
		URL[] needed = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter(WithoutOptionalDependenciesTests::isNeeded)
			.map(WithoutOptionalDependenciesTests::url)
			.toArray(URL[]::new);
		try (URLClassLoader loader = new URLClassLoader(needed, ClassLoader.getPlatformClassLoader())) {
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> loader.loadClass("org.springframework.core.Ordered"));
			Callable<?> run = (Callable<?>) loader.loadClass(Run.class.getName())
				.getDeclaredConstructor()
				.newInstance();
			assertThat(run.call()).isEqualTo("Hello World");
		}
	}

	private static boolean isNeeded(String entry) {
		String name = Path.of(entry).getFileName().toString();
		return name.endsWith("classes") || name.startsWith("jackson-") || name.startsWith("slf4j-api")
				|| name.startsWith("jspecify");
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/** What another class loader runs. */
	public static final class Run implements Callable<String> {

		@Override
		public String call() {
			ProcessorDefinition definition = ProcessorDefinition.named("greeter")
				.on("names", String.class, (event, context) -> {
					context.state("last", String.class).put(event.data());
					context.emit("greetings", "greeting", "Hello " + event.data());
				})
				.state("last", String.class)
				.output("greetings")
				.build();
			try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
				driver.publish("names", "name", "a", "World");
				return driver.outputs("greetings", String.class).getFirst().data();
			}
		}

	}

}
