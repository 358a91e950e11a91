package io.doab.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * A PostgreSQL server on the loopback address that asks every client for a password.
 *
 * <p>
 * What it confirmed is on the disk: {@link #kill()} and {@link #start()} in turn restart
 * it on the same port with all of it. A start that was cut short, at any moment, is
 * mended by the next on the same folder.
 */
public final class PostgresServer implements AutoCloseable {

	private static final String SUPERUSER = "postgres";

	private static final String WRONG_PASSWORD = "28P01";

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final Duration STOP_GRACE = Duration.ofSeconds(20);

	private final int port;

	private final Path folder;

	private final String user;

	private final String superuserPassword;

	private final PostgresPrograms programs;

	private volatile ChildProcess process;

	private PostgresServer(int port, Path folder, String user) throws IOException {
		this.port = port;
		this.folder = folder.toAbsolutePath();
		this.user = user;
		this.superuserPassword = SecretFile.get(superuserFile(), () -> UUID.randomUUID().toString());
		this.programs = PostgresPrograms.unpacked();
		this.process = launch();
	}

	/**
	 * Starts a server, on what the folder holds when it was used before, and gives a role
	 * the password.
	 * @param port the port to listen on
	 * @param folder where it keeps its data and its log
	 * @param user the role that clients log in as
	 * @param password the role's password
	 */
	public static PostgresServer start(int port, Path folder, String user, String password) {
		try {
			PostgresServer server = new PostgresServer(port, folder, user);
			server.ensureRole(password);
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not start in " + folder + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Starts it again after {@link #kill()} or {@link #stop()}, on the same port and
	 * data.
	 */
	public void start() {
		if (!this.process.isAlive()) {
			this.process = launch();
		}
	}

	/** Creates a database that the role owns, unless it is there. */
	public void ensureDatabase(String name) {
		ensure("SELECT 1 FROM pg_database WHERE datname = '" + name + "'",
				"CREATE DATABASE " + name + " OWNER " + this.user);
	}

	public int port() {
		return this.port;
	}

	public String jdbcUrl(String database) {
		return "jdbc:postgresql://localhost:" + port() + "/" + database;
	}

	public ChildProcess process() {
		return this.process;
	}

	public void kill() {
		this.process.kill();
	}

	/** Stops it, whoever is connected. */
	public void stop() {
		this.process.interrupt(STOP_GRACE);
	}

	@Override
	public void close() {
		stop();
	}

	private Path superuserFile() {
		return this.folder.resolve("superuser");
	}

	private ChildProcess launch() {
		Ports.requireFree("PostgreSQL", this.port);
		try {
			Path data = data();
			Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
			ChildProcess started = ChildProcess.start("PostgreSQL on port " + this.port,
					this.programs.command("postgres", "-D", data.toString(), "-p", String.valueOf(this.port), "-c",
							"listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
							"-c", "timezone=UTC"),
					Map.of(), this.folder.resolve("postgres.log"));
			Readiness.await(started, START_LIMIT, this::answers);
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The data, made when there are none. They are made elsewhere and moved, with the
	 * superuser's password in them: there is no moment at which half of them are there or
	 * nobody is asked for a password.
	 */
	private Path data() throws IOException {
		Path data = this.folder.resolve("data");
		if (!Files.exists(data.resolve("PG_VERSION"))) {
			Path unfinished = this.folder.resolve("data.unfinished");
			Folders.delete(unfinished);
			ChildProcess initdb = ChildProcess.start("initdb",
					this.programs.command("initdb", "-D", unfinished.toString(), "-E", "UTF-8", "-U", SUPERUSER, "-A",
							"scram-sha-256", "--pwfile=" + superuserFile()),
					Map.of(), this.folder.resolve("initdb.log"));
			if (initdb.result(START_LIMIT) != 0) {
				throw new IOException(initdb + " failed:\n" + String.join("\n", initdb.logTail(15)));
			}
			Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
		}
		return data;
	}

	private boolean answers() {
		try (Connection connection = connect()) {
			return connection.isValid(5);
		}
		catch (SQLException ex) {
			if (WRONG_PASSWORD.equals(ex.getSQLState())) {
				throw new IllegalStateException(
						"The data in " + this.folder + " do not go with the password in " + superuserFile(), ex);
			}
			return false;
		}
	}

	private void ensureRole(String password) {
		try {
			ensure("SELECT 1 FROM pg_roles WHERE rolname = '" + this.user + "'", "CREATE ROLE " + this.user + " LOGIN");
			execute("ALTER ROLE " + this.user + " PASSWORD '" + password.replace("'", "''") + "'");
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	private void ensure(String query, String creation) {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			try (var found = statement.executeQuery(query)) {
				if (found.next()) {
					return;
				}
			}
			statement.execute(creation);
		}
		catch (SQLException ex) {
			throw refused(ex);
		}
	}

	private void execute(String sql) {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw refused(ex);
		}
	}

	private static IllegalStateException refused(SQLException cause) {
		return new IllegalStateException("PostgreSQL refused to be set up: " + cause.getMessage(), cause);
	}

	private Connection connect() throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("user", SUPERUSER);
		properties.setProperty("password", this.superuserPassword);
		properties.setProperty("connectTimeout", "5");
		properties.setProperty("socketTimeout", "30");
		return DriverManager.getConnection(jdbcUrl("postgres"), properties);
	}

}
