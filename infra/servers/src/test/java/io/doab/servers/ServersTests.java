package io.doab.servers;

import java.io.File;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ServersTests {

	@TempDir
	Path folder;

	@Test
	void redisComesBackWithItsDataAfterAKill() {
		try (RedisServer redis = RedisServer.start(Ports.free(), this.folder)) {
			assertThat(redis.command("SET", "key", "value")).isEqualTo("+OK");
			redis.kill();
			assertThat(redis.process().isAlive()).isFalse();
			redis.start();
			assertThat(redis.command("STRLEN", "key")).isEqualTo(":5");
		}
	}

	@Test
	void aServerThatCannotStartSaysWhy() {
		int port = Ports.free();
		try (RedisServer redis = RedisServer.start(port, this.folder.resolve("first"))) {
			assertThat(redis.port()).isEqualTo(port);
			assertThat(Ports.isTaken(port)).isTrue();
			assertThatIllegalStateException().isThrownBy(() -> RedisServer.start(port, this.folder.resolve("second")))
				.withMessageContaining("port " + port + " is taken");
			assertThatIllegalStateException()
				.isThrownBy(
						() -> RedisServer.start(Ports.free(), this.folder.resolve("third"), "--no-such-setting", "1"))
				.withMessageContaining("ended while it started")
				.withMessageContaining("no-such-setting");
		}
	}

	@Test
	void kafkaStartsAndComesBackAfterAKill() throws Exception {
		int port = Ports.free();
		try (KafkaServer kafka = KafkaServer.start(port, this.folder)) {
			kafka.kill();
			kafka.start();
			try (Socket socket = new Socket("localhost", port)) {
				assertThat(socket.isConnected()).isTrue();
			}
		}
	}

	@Test
	void postgresAsksForThePasswordAndKeepsItsData() throws Exception {
		int port = Ports.free();
		try (PostgresServer postgres = PostgresServer.start(port, this.folder, "doab", "se'cret")) {
			postgres.ensureDatabase("shop");
			postgres.ensureDatabase("shop");
			try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("shop"), "doab", "se'cret")) {
				connection.createStatement().execute("CREATE TABLE kept (id int)");
			}
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl("shop"), "doab", "wrong"))
				.withMessageContaining("password authentication failed");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl("shop"), "postgres", ""));
		}
		try (PostgresServer postgres = PostgresServer.start(port, this.folder, "doab", "other");
				Connection connection = DriverManager.getConnection(postgres.jdbcUrl("shop"), "doab", "other")) {
			assertThat(connection.createStatement().executeQuery("SELECT count(*) FROM kept").next()).isTrue();
		}
	}

	@Test
	void postgresComesBackAfterAKillWithAllThatItConfirmed() throws Exception {
		try (PostgresServer postgres = PostgresServer.start(Ports.free(), this.folder, "doab", "secret")) {
			postgres.ensureDatabase("shop");
			try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("shop"), "doab", "secret")) {
				connection.createStatement().execute("CREATE TABLE kept AS SELECT 1 AS id");
				assertThat(setting(connection, "fsync")).isEqualTo("on");
				assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
			}
			postgres.kill();
			assertThat(postgres.process().isAlive()).isFalse();
			postgres.start();
			try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("shop"), "doab", "secret")) {
				assertThat(connection.createStatement().executeQuery("SELECT id FROM kept").next()).isTrue();
			}
		}
	}

	private static String setting(Connection connection, String name) throws SQLException {
		try (var found = connection.createStatement().executeQuery("SHOW " + name)) {
			found.next();
			return found.getString(1);
		}
	}

	@Test
	void postgresStopsThoughAClientIsConnected() throws Exception {
		PostgresServer postgres = PostgresServer.start(Ports.free(), this.folder, "doab", "secret");
		try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"), "doab", "secret")) {
			assertThat(connection.isValid(30)).isTrue();
			postgres.close();
			assertThat(postgres.process().ended().join()).isZero();
		}
	}

	@Test
	void postgresMendsASetUpThatWasCutShort() throws Exception {
		int port = Ports.free();
		try (PostgresServer postgres = PostgresServer.start(port, this.folder, "doab", "secret")) {
			assertThat(postgres.port()).isEqualTo(port);
		}
		// As left by one that ended before the role was made, by one before this server
		// asked for passwords, and by one in the midst of making the data.
		Files.writeString(this.folder.resolve("data/pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
		Files.writeString(Files.createDirectory(this.folder.resolve("data.unfinished")).resolve("PG_VERSION"), "18");
		try (PostgresServer postgres = PostgresServer.start(port, this.folder, "other", "secret")) {
			postgres.ensureDatabase("shop");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl("shop"), "other", "wrong"))
				.withMessageContaining("password authentication failed");
		}
		try (Stream<Path> files = Files.walk(this.folder.resolve("data"))) {
			files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
		}
		try (PostgresServer postgres = PostgresServer.start(port, this.folder, "doab", "secret")) {
			postgres.ensureDatabase("shop");
			assertThat(this.folder.resolve("data.unfinished")).doesNotExist();
		}
	}

	@Test
	void proxySwallowsRepliesAndRedirects() {
		try (RedisServer one = RedisServer.start(Ports.free(), this.folder.resolve("one"));
				RedisServer two = RedisServer.start(Ports.free(), this.folder.resolve("two"));
				TcpProxy proxy = TcpProxy.start(0, one.port())) {
			RedisServer.command(proxy.port(), "SET", "side", "1");
			assertThat(one.command("STRLEN", "side")).isEqualTo(":1");
			proxy.swallowReplies();
			assertThatExceptionOfType(java.io.UncheckedIOException.class)
				.isThrownBy(() -> RedisServer.command(proxy.port(), "APPEND", "side", "2"));
			assertThat(one.command("STRLEN", "side")).isEqualTo(":2");
			proxy.restore();
			proxy.redirect(two.port());
			assertThat(RedisServer.command(proxy.port(), "STRLEN", "side")).isEqualTo(":0");
		}
	}

}
