package io.doab.local;

import java.nio.file.Path;
import java.util.Map;

/**
 * One instance of a service, before it runs.
 *
 * @param number which of the service's instances it is, from 0
 * @param folder of the run: the log goes into {@code logs} there
 */
record ServicePlan(ServiceName service, int number, int port, int managementPort, Path jar,
		Map<String, String> environment, Path folder) {

	ServicePlan {
		environment = Map.copyOf(environment);
	}

	/** What messages call it. */
	String label() {
		return (this.number == 0) ? this.service.label() : this.service.label() + "-" + (this.number + 1);
	}

	Path log() {
		return this.folder.resolve("logs").resolve(label() + ".log");
	}

}
