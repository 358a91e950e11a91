package io.doab.local;

import java.util.Arrays;
import java.util.Optional;

/**
 * The services of the platform, with the ports of the outer contract.
 */
public enum ServiceName {

	PAYMENT("payment-service", "PAYMENT", 8081, 9081),

	INVENTORY("inventory-service", "INVENTORY", 8082, 9082),

	WEB_EVENTS("webserver-events-service", "WEB_EVENTS", 8083, 9083),

	DESTINATIONS("destinations-service", "DESTINATIONS", 8084, 9084);

	private final String label;

	private final String variable;

	private final int port;

	private final int managementPort;

	ServiceName(String label, String variable, int port, int managementPort) {
		this.label = label;
		this.variable = variable;
		this.port = port;
		this.managementPort = managementPort;
	}

	static Optional<ServiceName> of(String label) {
		return Arrays.stream(values()).filter((service) -> service.label.equals(label)).findFirst();
	}

	/** The name of its module, its jar and its consumer group. */
	public String label() {
		return this.label;
	}

	String portVariable() {
		return "DOAB_" + this.variable + "_PORT";
	}

	String managementPortVariable() {
		return "DOAB_" + this.variable + "_MANAGEMENT_PORT";
	}

	int defaultPort() {
		return this.port;
	}

	int defaultManagementPort() {
		return this.managementPort;
	}

}
