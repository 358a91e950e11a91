package io.doab.destinations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.servers.RedisServer;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.spi.StreamBackend;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The service as it is, over servers of its own: a Redis and a PostgreSQL, both empty.
 */
public final class DestinationsRun implements AutoCloseable {

	private static final String USER = "doab";

	private static final String PASSWORD = "a-password";

	private static final int MAX_UNANSWERED = 1_000;

	private final Path folder;

	private final RedisServer redis;

	private final PostgresServer postgres;

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	public DestinationsRun() {
		try {
			this.folder = Files.createTempDirectory("doab-destinations-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.redis = RedisServer.start(Ports.free(), this.folder.resolve("redis"));
		this.postgres = PostgresServer.start(Ports.free(), this.folder.resolve("postgres"), USER, PASSWORD);
		this.postgres.ensureDatabase("destinations");
	}

	public RedisServer redis() {
		return this.redis;
	}

	public PostgresServer postgres() {
		return this.postgres;
	}

	/**
	 * Starts an instance of the service, without a web server, and waits until it has a
	 * connection to Redis.
	 * @param settings property to value
	 */
	public ConfigurableApplicationContext start(Map<String, ?> settings) {
		return start(WebApplicationType.NONE, settings);
	}

	/** The same, with or without a web server. */
	public ConfigurableApplicationContext start(WebApplicationType web, Map<String, ?> settings) {
		List<String> arguments = new ArrayList<>(List.of("--spring.data.redis.port=" + this.redis.port(),
				"--spring.datasource.url=" + this.postgres.jdbcUrl("destinations"),
				"--spring.datasource.username=" + USER, "--spring.datasource.password=" + PASSWORD,
				"--spring.datasource.hikari.connection-timeout=1000", "--doab.redis.command-timeout=20s",
				"--server.port=0", "--management.server.port=-1", "--doab.ingestion.token=a-token",
				"--logging.level.root=" + System.getProperty("doab.log", "WARN")));
		settings.forEach((property, value) -> arguments.add("--" + property + "=" + value));
		ConfigurableApplicationContext instance = new SpringApplicationBuilder(DestinationsApplication.class).web(web)
			.run(arguments.toArray(String[]::new));
		this.instances.add(instance);
		Awaitility.await().until(() -> instance.getBean(StreamBackend.class).status().up());
		return instance;
	}

	/** Publishes events and waits until they are stored. */
	public static void publish(ConfigurableApplicationContext instance, String stream,
			List<? extends Event<?>> events) {
		EventPublisher publisher = instance.getBean(EventPublisher.class);
		// All at once would wait for each other longer than an answer may take.
		for (int from = 0; from < events.size(); from += MAX_UNANSWERED) {
			CompletableFuture
				.allOf(events.subList(from, Math.min(from + MAX_UNANSWERED, events.size()))
					.stream()
					.map((event) -> publisher.publish(stream, event))
					.toArray(CompletableFuture[]::new))
				.join();
		}
	}

	/** A number that a query gives. */
	public static long count(ConfigurableApplicationContext instance, String sql) {
		Long count = instance.getBean(JdbcTemplate.class).queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

	@Override
	public void close() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.redis.close();
		this.postgres.close();
		Folders.deleteQuietly(this.folder);
	}

}
