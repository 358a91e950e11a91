package io.doab.conformance.server;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How fixtures start their servers: {@code -Ddoab.fixture=embedded} (the default) or
 * {@code containers}.
 */
public enum FixtureMode {

	/** As child processes. */
	EMBEDDED,

	/** In containers of Testcontainers. */
	CONTAINERS;

	/**
	 * What the system property says.
	 * @throws IllegalArgumentException when it says something else
	 */
	public static FixtureMode current() {
		String name = System.getProperty("doab.fixture", "embedded");
		return switch (name) {
			case "embedded" -> EMBEDDED;
			case "containers" -> CONTAINERS;
			default -> throw new IllegalArgumentException(
					"-Ddoab.fixture=" + name + " is unknown: use embedded or containers");
		};
	}

	/**
	 * The image of a server: the system property {@code doab.image.<server>}, else the
	 * environment variable {@code DOAB_<SERVER>_IMAGE}, else a public one.
	 */
	public static String image(String server, String publicImage) {
		String variable = "DOAB_" + server.toUpperCase(Locale.ROOT) + "_IMAGE";
		@Nullable String named = System.getProperty("doab.image." + server, System.getenv(variable));
		return (named != null && !named.isEmpty()) ? named : publicImage;
	}

}
