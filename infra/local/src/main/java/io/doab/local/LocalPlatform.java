package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.doab.servers.ChildProcess;
import io.doab.servers.Folders;
import io.doab.servers.KafkaServer;
import io.doab.servers.PostgresServer;
import io.doab.servers.RedisServer;

import org.jspecify.annotations.Nullable;

/**
 * The servers and the services, started in order and stopped in the other.
 */
public final class LocalPlatform implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofMinutes(2);

	private static final String USER = "doab";

	private final LocalOptions options;

	private final LocalSettings settings;

	private final Path root;

	private final Path folder;

	private final Consumer<String> progress;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final StartGate gate = new StartGate();

	private final List<ServiceInstance> services = new CopyOnWriteArrayList<>();

	private volatile @Nullable PostgresServer postgres;

	private volatile @Nullable RedisServer redis;

	private volatile @Nullable KafkaServer kafka;

	/**
	 * Prepares a platform.
	 * @param root the checkout, with the services built in it
	 * @param progress is told what goes on, line by line
	 */
	public LocalPlatform(LocalOptions options, LocalSettings settings, Path root, Consumer<String> progress) {
		this.options = options;
		this.settings = settings;
		this.root = root;
		this.progress = progress;
		this.folder = options.data().orElseGet(LocalPlatform::temporaryFolder);
	}

	/**
	 * Starts all of it and waits until all of it is well.
	 * @throws CancellationException when it is closed before or meanwhile
	 */
	public void start() {
		this.gate.pass(this::startAll);
	}

	private void startAll() {
		requireFreePorts();
		try {
			Files.createDirectories(this.folder);
		}
		catch (IOException ex) {
			throw new UsageException("The folder " + this.folder + " cannot be used: " + ex.getMessage());
		}
		startServers();
		startServices();
		awaitHealthy();
	}

	public Backend backend() {
		return this.options.backend();
	}

	public List<ServiceInstance> services() {
		return List.copyOf(this.services);
	}

	/** All instances of a service. */
	public List<ServiceInstance> services(ServiceName name) {
		return this.services.stream().filter((service) -> service.service() == name).toList();
	}

	/** The first instance of a service. */
	public ServiceInstance service(ServiceName name) {
		return this.services.stream().filter((service) -> service.service() == name).findFirst().orElseThrow();
	}

	public String apiToken() {
		return this.settings.apiToken();
	}

	public String databaseUser() {
		return USER;
	}

	public String databasePassword() {
		return this.settings.databasePassword();
	}

	/** Where the results are. */
	public String databaseUrl(String database) {
		return "jdbc:postgresql://localhost:" + this.settings.postgresPort() + "/" + database;
	}

	/** Host and port of the backend. */
	public String backendAddress() {
		return "localhost:"
				+ ((this.options.backend() == Backend.REDIS) ? this.settings.redisPort() : this.settings.kafkaPort());
	}

	/** Where logs and data are. */
	public Path folder() {
		return this.folder;
	}

	/** Stops the backend's server in good order. */
	public void stopBackend() {
		RedisServer currentRedis = this.redis;
		if (currentRedis != null) {
			currentRedis.stop();
		}
		KafkaServer currentKafka = this.kafka;
		if (currentKafka != null) {
			currentKafka.stop();
		}
	}

	/** Starts the backend's server on what it had, unless it runs. */
	public void startBackend() {
		RedisServer currentRedis = this.redis;
		if (currentRedis != null) {
			this.gate.pass(currentRedis::start);
		}
		KafkaServer currentKafka = this.kafka;
		if (currentKafka != null) {
			this.gate.pass(currentKafka::start);
		}
	}

	/** Whether the backend's server runs. */
	public boolean isBackendAlive() {
		return isAlive(backendProcess());
	}

	List<String> backendLog(int lines) {
		return logTail(backendProcess(), lines);
	}

	/** Starts the database's server on what it had, unless it runs. */
	void startDatabase() {
		PostgresServer current = this.postgres;
		if (current != null) {
			this.gate.pass(current::start);
		}
	}

	boolean isDatabaseAlive() {
		return isAlive(databaseProcess());
	}

	List<String> databaseLog(int lines) {
		return logTail(databaseProcess(), lines);
	}

	/** Starts a service again, unless it runs. */
	void startService(ServiceInstance service) {
		this.gate.pass(service::start);
	}

	private @Nullable ChildProcess backendProcess() {
		RedisServer currentRedis = this.redis;
		if (currentRedis != null) {
			return currentRedis.process();
		}
		KafkaServer currentKafka = this.kafka;
		return (currentKafka != null) ? currentKafka.process() : null;
	}

	private @Nullable ChildProcess databaseProcess() {
		PostgresServer current = this.postgres;
		return (current != null) ? current.process() : null;
	}

	private static boolean isAlive(@Nullable ChildProcess server) {
		return server == null || server.isAlive();
	}

	private static List<String> logTail(@Nullable ChildProcess server, int lines) {
		return (server != null) ? server.logTail(lines) : List.of();
	}

	HttpClient http() {
		return this.http;
	}

	private void requireFreePorts() {
		this.settings.requireFree("DOAB_POSTGRES_PORT", this.settings.postgresPort(), "PostgreSQL");
		if (this.options.backend() == Backend.REDIS) {
			this.settings.requireFree("DOAB_REDIS_PORT", this.settings.redisPort(), "Redis");
		}
		else {
			this.settings.requireFree("DOAB_KAFKA_PORT", this.settings.kafkaPort(), "Kafka");
		}
		for (ServiceName service : ServiceName.values()) {
			for (int instance = 0; instance < instances(service); instance++) {
				this.settings.requireFree(service.portVariable(), this.settings.port(service, instance),
						service.label());
				this.settings.requireFree(service.managementPortVariable(),
						this.settings.managementPort(service, instance), "the management of " + service.label());
			}
		}
	}

	private int instances(ServiceName service) {
		return this.options.instances().getOrDefault(service, 1);
	}

	private void startServers() {
		long began = System.nanoTime();
		PostgresServer database = PostgresServer.start(this.settings.postgresPort(), this.folder.resolve("postgres"),
				USER, this.settings.databasePassword());
		this.postgres = database;
		database.ensureDatabase("destinations");
		database.ensureDatabase("inventory");
		this.gate.requireOpen();
		this.progress.accept("PostgreSQL is up " + since(began));
		began = System.nanoTime();
		switch (this.options.backend()) {
			case REDIS -> {
				this.redis = RedisServer.start(this.settings.redisPort(), this.folder.resolve("redis"));
				this.progress.accept("Redis is up " + since(began));
			}
			case KAFKA -> {
				this.kafka = KafkaServer.start(this.settings.kafkaPort(), this.folder.resolve("kafka"));
				this.progress.accept("Kafka is up " + since(began));
			}
		}
	}

	private void startServices() {
		Map<String, String> shared = sharedEnvironment();
		for (ServiceName service : ServiceName.values()) {
			Path jar = jar(service);
			for (int i = 0; i < instances(service); i++) {
				Map<String, String> environment = new LinkedHashMap<>(shared);
				environment.put("SERVER_PORT", String.valueOf(this.settings.port(service, i)));
				environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(this.settings.managementPort(service, i)));
				String label = (i == 0) ? service.label() : service.label() + "-" + (i + 1);
				ServiceInstance instance = new ServiceInstance(service, label, this.settings.port(service, i),
						this.settings.managementPort(service, i), jar, environment,
						this.folder.resolve("logs").resolve(label + ".log"), this.http);
				this.gate.requireOpen();
				this.services.add(instance);
				instance.start();
			}
		}
	}

	private Map<String, String> sharedEnvironment() {
		Map<String, String> environment = new LinkedHashMap<>();
		environment.put("DOAB_BACKEND", this.options.backend().label());
		environment.put("SPRING_DATA_REDIS_HOST", "localhost");
		environment.put("SPRING_DATA_REDIS_PORT", String.valueOf(this.settings.redisPort()));
		environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:" + this.settings.kafkaPort());
		environment.put("DOAB_API_TOKEN", this.settings.apiToken());
		SecretStore secrets = new SecretStore(this.folder.resolve("secrets"));
		environment.put("DOAB_CARD_KEY", this.settings.cardKey(secrets));
		environment.put("DOAB_WEBHOOK_KEY", this.settings.webhookKey(secrets));
		// Receivers of webhooks on this machine.
		environment.put("DESTINATIONS_WEBHOOKS_ALLOWHTTP", "true");
		environment.put("DESTINATIONS_WEBHOOKS_ALLOWEDNETWORKS", "127.0.0.0/8,::1");
		environment.put("DOAB_DB_USER", USER);
		environment.put("DOAB_DB_PASSWORD", this.settings.databasePassword());
		environment.put("DOAB_INVENTORY_DB_URL", databaseUrl("inventory"));
		environment.put("DOAB_DESTINATIONS_DB_URL", databaseUrl("destinations"));
		return environment;
	}

	private Path jar(ServiceName service) {
		Path target = this.root.resolve(service.label()).resolve("target");
		try (Stream<Path> files = Files.exists(target) ? Files.list(target) : Stream.empty()) {
			Optional<Path> jar = files.filter((file) -> file.getFileName().toString().startsWith(service.label()))
				.filter((file) -> file.toString().endsWith(".jar"))
				.findFirst();
			return jar.orElseThrow(() -> new UsageException(
					service.label() + " is not built: run without --skip-build, or mvn package first"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitHealthy() {
		long began = System.nanoTime();
		List<ServiceInstance> waiting = new ArrayList<>(this.services);
		while (!waiting.isEmpty()) {
			this.gate.requireOpen();
			for (ServiceInstance service : List.copyOf(waiting)) {
				if (!service.isAlive()) {
					throw failure(service, "ended while it started");
				}
				if (service.isHealthy()) {
					waiting.remove(service);
					this.progress.accept(service.label() + " is up " + since(began));
				}
				else if (System.nanoTime() - began > START_LIMIT.toNanos()) {
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

	private static String since(long began) {
		return String.format(Locale.ROOT, "(%.1f s)", (System.nanoTime() - began) / 1e9);
	}

	/**
	 * Stops services, then servers, and removes a temporary folder. May be called while
	 * something starts, on another thread: that is cut short.
	 */
	@Override
	public void close() {
		this.gate.close();
		List<Thread> stops = services().stream().map((service) -> Thread.ofPlatform().start(service::stop)).toList();
		stops.forEach(LocalPlatform::join);
		Stream.of(this.redis, this.kafka, this.postgres).forEach((server) -> {
			try {
				if (server != null) {
					server.close();
				}
			}
			catch (Exception ex) {
				this.progress.accept("A server did not stop in good order: " + ex.getMessage());
			}
		});
		if (this.options.data().isEmpty()) {
			Folders.deleteQuietly(this.folder);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
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
