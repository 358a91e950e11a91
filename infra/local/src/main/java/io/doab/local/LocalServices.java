package io.doab.local;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The processes of the platform that are ours, each with the jar that was built for it.
 * They are started by one thread, and may be asked for by others meanwhile.
 */
final class LocalServices {

	private static final Duration START_LIMIT = Duration.ofMinutes(2);

	private final LocalOptions options;

	private final LocalSettings settings;

	private final Path root;

	private final StartGate gate;

	private final List<ServiceInstance> instances = new CopyOnWriteArrayList<>();

	LocalServices(LocalOptions options, LocalSettings settings, Path root, StartGate gate) {
		this.options = options;
		this.settings = settings;
		this.root = root;
		this.gate = gate;
	}

	/** All of them, in the order in which they were started. */
	List<ServiceInstance> instances() {
		return List.copyOf(this.instances);
	}

	/**
	 * Checks that nobody listens at their ports.
	 * @throws UsageException naming the port and the variable that moves it
	 */
	void requireFreePorts() {
		for (ServiceName service : ServiceName.all()) {
			for (int instance = 0; instance < this.options.instances(service); instance++) {
				this.settings.requireFree(service.portVariable(), this.settings.port(service, instance),
						service.label());
				if (service.hasManagementPort()) {
					this.settings.requireFree(service.managementPortVariable(),
							this.settings.managementPort(service, instance), "the management of " + service.label());
				}
			}
		}
		if (this.options.instances(ServiceName.SANDBOX) > 0) {
			this.settings.requireFree("DOAB_SMTP_PORT", this.settings.smtpPort(), "the mail box of the sandbox");
		}
	}

	/**
	 * Starts them. Does not wait for them to serve. The caller is inside the gate.
	 * @throws UsageException when one is not built
	 */
	void start(Path folder, HttpClient http) {
		ServiceEnvironment environment = new ServiceEnvironment(this.options, this.settings, folder);
		for (ServiceName service : ServiceName.all()) {
			Path jar = (this.options.instances(service) > 0) ? ServiceProgram.of(this.root, service) : Path.of("");
			for (int i = 0; i < this.options.instances(service); i++) {
				ServiceInstance instance = new ServiceInstance(
						new ServicePlan(service, i, this.settings.port(service, i),
								this.settings.managementPort(service, i), jar, environment.of(service, i), folder),
						http);
				this.gate.requireOpen();
				this.instances.add(instance);
				instance.start();
			}
		}
	}

	/**
	 * Waits until all of them are well.
	 * @throws IllegalStateException with the end of its log, when one ended or is not
	 * well in time
	 */
	void awaitHealthy(Consumer<String> progress) {
		Stopwatch watch = new Stopwatch();
		List<ServiceInstance> waiting = new ArrayList<>(this.instances);
		while (!waiting.isEmpty()) {
			this.gate.requireOpen();
			for (ServiceInstance service : List.copyOf(waiting)) {
				if (!service.isAlive()) {
					throw failure(service, "ended while it started");
				}
				if (service.isHealthy()) {
					waiting.remove(service);
					progress.accept(service.label() + " is up " + watch);
				}
				else if (watch.isOver(START_LIMIT)) {
					throw failure(service, "is not well after " + START_LIMIT.toSeconds() + " s");
				}
			}
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
		}
	}

	private static IllegalStateException failure(ServiceInstance service, String what) {
		return new IllegalStateException(service.label() + " " + what + ". Its last log lines (" + service.log()
				+ "):\n" + String.join("\n", service.logTail(20)));
	}

	/** Stops them, all at once, and waits until they have ended. */
	void stop() {
		List<Thread> stops = this.instances.stream()
			.map((service) -> Thread.ofPlatform().start(service::stop))
			.toList();
		stops.forEach(LocalServices::join);
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
