package io.doab.local;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The processes of the platform that are ours, with the ports of the outer contract.
 */
public enum ServiceName {

	/** The page at which a person sees what goes on. */
	CONSOLE("console", "", 8080, 9080, 128),

	PAYMENT("payment-service", "", 8081, 9081, 384),

	INVENTORY("inventory-service", "", 8082, 9082, 384),

	WEB_EVENTS("webserver-events-service", "", 8083, 9083, 384),

	DESTINATIONS("destinations-service", "", 8084, 9084, 384),

	/** What the destinations talk to. It has one port for all. */
	SANDBOX("sandbox", "infra/", 8090, 8090, 128);

	private final String label;

	private final String parent;

	private final int port;

	private final int managementPort;

	private final int heapMegabytes;

	ServiceName(String label, String parent, int port, int managementPort, int heapMegabytes) {
		this.label = label;
		this.parent = parent;
		this.port = port;
		this.managementPort = managementPort;
		this.heapMegabytes = heapMegabytes;
	}

	/** Those that process streams: there can be several instances of each. */
	public static List<ServiceName> ofStreams() {
		return List.of(PAYMENT, INVENTORY, WEB_EVENTS, DESTINATIONS);
	}

	/** The service of streams that is called so. */
	static Optional<ServiceName> ofStreams(String label) {
		return ofStreams().stream().filter((service) -> service.label.equals(label)).findFirst();
	}

	static List<ServiceName> all() {
		return Arrays.asList(values());
	}

	/**
	 * The name of its module and its jar, and of the consumer group of one that processes
	 * streams.
	 */
	public String label() {
		return this.label;
	}

	/** Its module in the checkout. */
	String folder() {
		return this.parent + this.label;
	}

	String portVariable() {
		return "DOAB_" + name() + "_PORT";
	}

	String managementPortVariable() {
		return hasManagementPort() ? "DOAB_" + name() + "_MANAGEMENT_PORT" : portVariable();
	}

	boolean hasManagementPort() {
		return this.managementPort != this.port;
	}

	int defaultPort() {
		return this.port;
	}

	int defaultManagementPort() {
		return this.managementPort;
	}

	/** How large the heap of an instance may become. */
	int heapMegabytes() {
		return this.heapMegabytes;
	}

}
