package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import io.doab.servers.Folders;

/**
 * The servers and the services, started in order and stopped in the other.
 */
public final class LocalPlatform implements AutoCloseable {

	private final LocalOptions options;

	private final LocalSettings settings;

	private final Path folder;

	private final Consumer<String> progress;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final StartGate gate = new StartGate();

	private final LocalServers servers;

	private final LocalServices services;

	/**
	 * Prepares a platform.
	 * @param root the checkout, with the services built in it
	 * @param progress is told what goes on, line by line
	 */
	public LocalPlatform(LocalOptions options, LocalSettings settings, Path root, Consumer<String> progress) {
		this.options = options;
		this.settings = settings;
		this.progress = progress;
		this.folder = options.data().orElseGet(LocalPlatform::temporaryFolder);
		this.servers = new LocalServers(options.backend(), settings, this.folder, this.gate);
		this.services = new LocalServices(options, settings, root, this.gate);
	}

	/**
	 * Starts all of it and waits until all of it is well.
	 * @throws CancellationException when it is closed before or meanwhile
	 */
	public void start() {
		this.gate.pass(this::startAll);
	}

	private void startAll() {
		this.servers.requireFreePorts();
		this.services.requireFreePorts();
		try {
			Files.createDirectories(this.folder);
		}
		catch (IOException ex) {
			throw new UsageException("The folder " + this.folder + " cannot be used: " + ex.getMessage());
		}
		this.servers.start(this.progress);
		this.services.start(this.folder, this.http);
		this.services.awaitHealthy(this.progress);
		subscribeSandbox();
	}

	private void subscribeSandbox() {
		if (!services(ServiceName.DESTINATIONS).isEmpty() && !services(ServiceName.SANDBOX).isEmpty()) {
			new SampleSubscription(this.http, service(ServiceName.DESTINATIONS).url(), apiToken()).ensure(
					URI.create("http://127.0.0.1:" + this.settings.port(ServiceName.SANDBOX, 0) + "/webhooks/sample"),
					this.settings.webhookSecret(new SecretStore(this.folder.resolve("secrets"))));
		}
	}

	public Backend backend() {
		return this.options.backend();
	}

	public List<ServiceInstance> services() {
		return this.services.instances();
	}

	/** All instances of a service. */
	public List<ServiceInstance> services(ServiceName name) {
		return services().stream().filter((service) -> service.service() == name).toList();
	}

	/** The first instance of a service. */
	public ServiceInstance service(ServiceName name) {
		return services(name).getFirst();
	}

	public String apiToken() {
		return this.settings.apiToken();
	}

	/** Where the mail box takes mail. */
	String smtpAddress() {
		return "localhost:" + this.settings.smtpPort();
	}

	public String databaseUser() {
		return LocalServers.USER;
	}

	public String databasePassword() {
		return this.settings.databasePassword();
	}

	/** Where the results are. */
	public String databaseUrl(String database) {
		return this.settings.databaseUrl(database);
	}

	/** Host and port of the backend. */
	public String backendAddress() {
		return "localhost:" + switch (backend()) {
			case REDIS -> this.settings.redisPort();
			case KAFKA -> this.settings.kafkaPort();
		};
	}

	/** Where logs and data are. */
	public Path folder() {
		return this.folder;
	}

	/** Stops the backend's server in good order. */
	public void stopBackend() {
		this.servers.stopBackend();
	}

	/** Starts the backend's server on what it had, unless it runs. */
	public void startBackend() {
		this.servers.startBackend();
	}

	/** Whether the backend's server runs. */
	public boolean isBackendAlive() {
		return this.servers.isBackendAlive();
	}

	/** The database and the backend. */
	LocalServers servers() {
		return this.servers;
	}

	/** Starts a service again, unless it runs. */
	void startService(ServiceInstance service) {
		this.gate.pass(service::start);
	}

	HttpClient http() {
		return this.http;
	}

	/**
	 * Stops services, then servers, and removes a temporary folder. May be called while
	 * something starts, on another thread: that is cut short.
	 */
	@Override
	public void close() {
		this.gate.close();
		this.services.stop();
		try {
			this.servers.close();
		}
		catch (IllegalStateException ex) {
			for (Throwable cause : ex.getSuppressed()) {
				this.progress.accept(ex.getMessage() + ": " + cause.getMessage());
			}
		}
		if (this.options.data().isEmpty()) {
			Folders.deleteQuietly(this.folder);
		}
	}

	private static Path temporaryFolder() {
		try {
			return Files.createTempDirectory("doab-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
