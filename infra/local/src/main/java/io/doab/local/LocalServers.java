package io.doab.local;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.doab.servers.ChildProcess;
import io.doab.servers.KafkaServer;
import io.doab.servers.PostgresServer;
import io.doab.servers.RedisServer;

import org.jspecify.annotations.Nullable;

/**
 * The servers of the platform: the database and the backend.
 *
 * <p>
 * Starts are made on one thread, and pass the gate; all else may be asked by others
 * meanwhile, and what has not started yet counts as alive.
 */
final class LocalServers implements AutoCloseable {

	static final String USER = "doab";

	private final Backend backend;

	private final LocalSettings settings;

	private final Path folder;

	private final StartGate gate;

	private volatile @Nullable PostgresServer postgres;

	private volatile @Nullable RedisServer redis;

	private volatile @Nullable KafkaServer kafka;

	LocalServers(Backend backend, LocalSettings settings, Path folder, StartGate gate) {
		this.backend = backend;
		this.settings = settings;
		this.folder = folder;
		this.gate = gate;
	}

	/**
	 * Checks that nobody listens at their ports.
	 * @throws UsageException naming the port and the variable that moves it
	 */
	void requireFreePorts() {
		this.settings.requireFree("DOAB_POSTGRES_PORT", this.settings.postgresPort(), "PostgreSQL");
		switch (this.backend) {
			case REDIS -> this.settings.requireFree("DOAB_REDIS_PORT", this.settings.redisPort(), "Redis");
			case KAFKA -> this.settings.requireFree("DOAB_KAFKA_PORT", this.settings.kafkaPort(), "Kafka");
		}
	}

	/** Starts them. The caller is inside the gate. */
	void start(Consumer<String> progress) {
		Stopwatch watch = new Stopwatch();
		PostgresServer database = PostgresServer.start(this.settings.postgresPort(), this.folder.resolve("postgres"),
				USER, this.settings.databasePassword());
		this.postgres = database;
		database.ensureDatabase("destinations");
		database.ensureDatabase("inventory");
		this.gate.requireOpen();
		progress.accept("PostgreSQL is up " + watch);
		watch = new Stopwatch();
		switch (this.backend) {
			case REDIS -> {
				this.redis = RedisServer.start(this.settings.redisPort(), this.folder.resolve("redis"));
				progress.accept("Redis is up " + watch);
			}
			case KAFKA -> {
				this.kafka = KafkaServer.start(this.settings.kafkaPort(), this.folder.resolve("kafka"));
				progress.accept("Kafka is up " + watch);
			}
		}
	}

	/** Stops the backend's server in good order. */
	void stopBackend() {
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
	void startBackend() {
		RedisServer currentRedis = this.redis;
		if (currentRedis != null) {
			this.gate.pass(currentRedis::start);
		}
		KafkaServer currentKafka = this.kafka;
		if (currentKafka != null) {
			this.gate.pass(currentKafka::start);
		}
	}

	boolean isBackendAlive() {
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

	/**
	 * Stops them, the database last.
	 * @throws IllegalStateException when one did not stop in good order; the others did
	 */
	@Override
	public void close() {
		IllegalStateException failure = new IllegalStateException("A server did not stop in good order");
		Stream.of(this.redis, this.kafka, this.postgres).forEach((server) -> {
			try {
				if (server != null) {
					server.close();
				}
			}
			catch (Exception ex) {
				failure.addSuppressed(ex);
			}
		});
		if (failure.getSuppressed().length > 0) {
			throw failure;
		}
	}

}
