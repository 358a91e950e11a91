package io.doab.benchmarks;

import java.io.IOException;

import io.doab.benchmarks.harness.ContenderProcess;

/** What runs in the process of one contender. */
final class ContenderMain {

	static final String LOGGING = "logback.statusListenerClass";

	static final String QUIET = "ch.qos.logback.core.status.NopStatusListener";

	private ContenderMain() {
	}

	/**
	 * Serves the harness.
	 * @param arguments the backend and the name of the contender
	 */
	public static void main(String[] arguments) throws IOException {
		System.setProperty(LOGGING, QUIET);
		ContenderProcess.serve(Entrants.of(arguments[0], arguments[1]).contender(), Servers::progress);
	}

}
