package io.doab.servers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The Java that runs this process, for child processes that should run on the same one.
 */
public final class JavaRuntime {

	private JavaRuntime() {
	}

	public static String executable() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/**
	 * What is asked of child processes besides, in the system property
	 * {@code doab.child-options}, apart by spaces.
	 */
	public static List<String> childOptions() {
		return Arrays.stream(System.getProperty("doab.child-options", "").split(" "))
			.filter((option) -> !option.isBlank())
			.toList();
	}

	/**
	 * The entries of the class path. Surefire hides it behind a jar with a manifest and
	 * tells it in a property of its own.
	 */
	public static List<String> classPath() {
		@Nullable String hidden = System.getProperty("surefire.test.class.path");
		String path = (hidden != null) ? hidden : System.getProperty("java.class.path");
		return Arrays.asList(path.split(System.getProperty("path.separator"), -1));
	}

}
