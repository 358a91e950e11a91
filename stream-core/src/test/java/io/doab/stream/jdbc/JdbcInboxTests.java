package io.doab.stream.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.json.JsonPayloadCodec;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Effects on a database happen once per event.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcInboxTests {

	private PostgresServer server;

	private JdbcTemplate jdbc;

	private JdbcInbox inbox;

	record Outcome(int number) {
	}

	@BeforeAll
	void startServer(@TempDir Path folder) throws IOException {
		this.server = PostgresServer.start(Ports.free(), folder, "inbox", "secret");
		this.server.ensureDatabase("inbox");
		DriverManagerDataSource source = new DriverManagerDataSource(this.server.jdbcUrl("inbox"), "inbox", "secret");
		this.jdbc = new JdbcTemplate(source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("io/doab/stream/jdbc/inbox.sql"));
			return connection;
		});
		this.jdbc.execute("CREATE TABLE effects (number int)");
		this.inbox = inbox("orders");
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	@BeforeEach
	void empty() {
		this.jdbc.execute("TRUNCATE inbox, effects");
	}

	private JdbcInbox inbox(String consumer) {
		JdbcTransactionManager manager = new JdbcTransactionManager(Objects.requireNonNull(this.jdbc.getDataSource()));
		return new JdbcInbox(this.jdbc, new TransactionTemplate(manager), new JsonPayloadCodec(), consumer);
	}

	private Outcome effect(int number) {
		this.jdbc.update("INSERT INTO effects VALUES (?)", number);
		return new Outcome(number);
	}

	private List<Integer> effects() {
		return this.jdbc.query("SELECT number FROM effects ORDER BY number", (row, index) -> row.getInt(1));
	}

	@Test
	void aRepeatGivesTheOutcomeOfTheFirstTimeAndDoesNothing() {
		assertThat(this.inbox.once("event", "content", Outcome.class, () -> effect(1))).isEqualTo(new Outcome(1));
		assertThat(this.inbox.once("event", "content", Outcome.class, () -> effect(2))).isEqualTo(new Outcome(1));
		assertThat(effects()).containsExactly(1);
	}

	@Test
	void anIdThatComesBackForSomethingElseIsRefusedAndDoesNothing() {
		this.inbox.once("event", "content", Outcome.class, () -> effect(1));
		assertThatThrownBy(() -> this.inbox.once("event", "other", Outcome.class, () -> effect(2)))
			.isInstanceOf(InvalidEventException.class)
			.hasMessageContaining("use a new Idempotency-Key");
		assertThat(effects()).containsExactly(1);
	}

	@Test
	void consumersOfOneDatabaseDoNotShareTheirEvents() {
		this.inbox.once("event", "content", Outcome.class, () -> effect(1));
		inbox("others").once("event", "content", Outcome.class, () -> effect(2));
		assertThat(effects()).containsExactly(1, 2);
	}

	@Test
	void anEffectThatFailsLeavesNothingAndCanBeRepeated() {
		assertThatThrownBy(() -> this.inbox.once("event", "content", Outcome.class, () -> {
			effect(1);
			throw new IllegalStateException("half-way");
		})).hasMessage("half-way");
		assertThat(effects()).isEmpty();
		assertThat(this.inbox.once("event", "content", Outcome.class, () -> effect(2))).isEqualTo(new Outcome(2));
	}

	@Test
	void membersThatHandleOneEventAtOnceHaveOneEffect() {
		List<CompletableFuture<Outcome>> members = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			int number = i;
			members.add(CompletableFuture.supplyAsync(
					() -> this.inbox.once("event", "content", Outcome.class, () -> effect(number)),
					(task) -> Thread.ofVirtual().start(task)));
		}
		List<Outcome> outcomes = members.stream().map(CompletableFuture::join).distinct().toList();
		assertThat(outcomes).hasSize(1);
		assertThat(effects()).containsExactly(outcomes.getFirst().number());
	}

	@Test
	void onlyWhatIsOldIsForgotten() {
		this.inbox.once("old", "content", Outcome.class, () -> effect(1));
		this.jdbc.update("UPDATE inbox SET handled_at = now() - interval '2 days'");
		this.inbox.once("young", "content", Outcome.class, () -> effect(2));
		assertThat(this.inbox.forgetBefore(Instant.now().minusSeconds(86_400))).isEqualTo(1);
		assertThat(this.jdbc.queryForList("SELECT event_id FROM inbox", String.class)).containsExactly("young");
	}

	@Test
	void aDatabaseThatIsAwayIsAnOutageAndARowThatItRefusesIsNone() {
		JdbcTemplate away = new JdbcTemplate(
				new DriverManagerDataSource("jdbc:postgresql://localhost:" + Ports.free() + "/inbox", "inbox", "x"));
		assertThat(
				JdbcOutages.isOutage(catchThrowableOfType(DataAccessException.class, () -> away.execute("SELECT 1"))))
			.isTrue();
		DataAccessException refused = catchThrowableOfType(DataAccessException.class,
				() -> this.jdbc.execute("INSERT INTO inbox VALUES ('a', NULL, '')"));
		assertThat(refused).isInstanceOf(DataIntegrityViolationException.class);
		assertThat(JdbcOutages.isOutage(refused)).isFalse();
	}

}
