package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL server on the loopback address that asks every client for a password.
 */
public final class PostgresServer implements AutoCloseable {

	private final EmbeddedPostgres server;

	private final String user;

	private PostgresServer(EmbeddedPostgres server, String user) {
		this.server = server;
		this.user = user;
	}

	/**
	 * Starts a server, on what the folder holds when it was used before, and gives a role
	 * the password.
	 * @param port the port to listen on
	 * @param folder where it keeps its data
	 * @param user the role that clients log in as
	 * @param password the role's password
	 */
	public static PostgresServer start(int port, Path folder, String user, String password) {
		try {
			Files.createDirectories(folder);
			Path data = folder.resolve("data");
			Path secret = folder.resolve("superuser");
			boolean fresh = !Files.exists(secret);
			String superuser = fresh ? UUID.randomUUID().toString() : Files.readString(secret);
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setPort(port)
				.setDataDirectory(data)
				.setCleanDataDirectory(false)
				.setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
				.setServerConfig("unix_socket_directories", "")
				.setServerConfig("listen_addresses", "127.0.0.1")
				.setConnectConfig("password", superuser)
				.setPGStartupWait(Duration.ofSeconds(60))
				.start();
			PostgresServer started = new PostgresServer(server, user);
			if (fresh) {
				started.execute("postgres", "ALTER ROLE postgres PASSWORD '" + superuser + "'");
				Files.createFile(secret,
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
				Files.writeString(secret, superuser);
				started.execute("postgres", "CREATE ROLE " + user + " LOGIN");
				Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
				started.execute("postgres", "SELECT pg_reload_conf()");
			}
			started.execute("postgres", "ALTER ROLE " + user + " PASSWORD '" + password.replace("'", "''") + "'");
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not start in " + folder + ": " + ex.getMessage(), ex);
		}
	}

	/** Creates a database that the role owns, unless it is there. */
	public void ensureDatabase(String name) {
		try (Connection connection = this.server.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			try (var found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
				if (found.next()) {
					return;
				}
			}
			statement.execute("CREATE DATABASE " + name + " OWNER " + this.user);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not create database " + name, ex);
		}
	}

	public int port() {
		return this.server.getPort();
	}

	public String jdbcUrl(String database) {
		return "jdbc:postgresql://localhost:" + port() + "/" + database;
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void execute(String database, String sql) {
		try (Connection connection = this.server.getDatabase("postgres", database).getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("PostgreSQL refused to be set up: " + ex.getMessage(), ex);
		}
	}

}
