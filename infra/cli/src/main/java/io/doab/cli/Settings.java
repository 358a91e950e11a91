package io.doab.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Values from options, the environment and a file, in that order.
 */
final class Settings {

	private final Map<String, String> environment;

	private final Properties file = new Properties();

	/**
	 * Reads the file, if one is named here or by the environment.
	 * @throws IllegalArgumentException when it cannot be read
	 */
	Settings(Map<String, String> environment, @Nullable Path named) {
		this.environment = environment;
		String byEnvironment = environment.get("DOAB_CONFIG");
		Path path = (named != null || byEnvironment == null) ? named : Path.of(byEnvironment);
		if (path != null) {
			try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
				this.file.load(reader);
			}
			catch (IOException | IllegalArgumentException ex) {
				throw new IllegalArgumentException("The configuration " + path + " cannot be read: " + ex, ex);
			}
		}
	}

	/** The value of a property whose variable has the name that Spring Boot gives it. */
	String value(@Nullable String option, String property, String otherwise) {
		if (option != null) {
			return option;
		}
		String variable = property.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT);
		String underscored = property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
		String value = this.environment.getOrDefault(underscored, this.environment.get(variable));
		return (value != null) ? value : this.file.getProperty(property, otherwise);
	}

	/** The file's properties below a prefix, without it. */
	Map<String, String> below(String prefix) {
		return this.file.stringPropertyNames()
			.stream()
			.filter((name) -> name.startsWith(prefix))
			.collect(Collectors.toMap((name) -> name.substring(prefix.length()), this.file::getProperty));
	}

}
