package io.doab.destinations.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;

import org.flywaydb.core.Flyway;

import org.springframework.jdbc.core.JdbcTemplate;

/** A PostgreSQL server with the tables of the service. */
final class DashboardDatabase implements AutoCloseable {

	static final String USER = "doab";

	static final String PASSWORD = "a-password";

	private final Path folder;

	private final PostgresServer server;

	private final HikariDataSource dataSource;

	DashboardDatabase() {
		try {
			this.folder = Files.createTempDirectory("doab-dashboard-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server = PostgresServer.start(Ports.free(), this.folder, USER, PASSWORD);
		this.server.ensureDatabase("destinations");
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url());
		config.setUsername(USER);
		config.setPassword(PASSWORD);
		this.dataSource = new HikariDataSource(config);
		Flyway.configure().dataSource(this.dataSource).load().migrate();
	}

	String url() {
		return this.server.jdbcUrl("destinations");
	}

	PostgresServer server() {
		return this.server;
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.dataSource);
	}

	/** Takes the tables in the order in which they are read. */
	void empty() {
		jdbc().execute("TRUNCATE dashboard_orders, dashboard_steps, dashboard_seconds, dashboard_minutes");
	}

	@Override
	public void close() {
		this.dataSource.close();
		this.server.close();
		Folders.deleteQuietly(this.folder);
	}

}
