package io.doab.inventory.reservation;

import java.nio.file.Path;
import java.sql.Connection;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.inventory.stock.StockFixture;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.jdbc.JdbcInbox;
import io.doab.stream.json.JsonPayloadCodec;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A PostgreSQL with the tables of the inventory, and the way to it.
 */
final class InventoryDatabase implements AutoCloseable {

	private final PostgresServer server;

	private final DriverManagerDataSource source;

	private final JdbcTemplate jdbc;

	private final StockMovements movements;

	InventoryDatabase(Path folder) {
		this.server = PostgresServer.start(Ports.free(), folder, "inventory", "secret");
		this.server.ensureDatabase("inventory");
		this.source = new DriverManagerDataSource(this.server.jdbcUrl("inventory"), "inventory", "secret");
		this.jdbc = new JdbcTemplate(this.source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V1__stock_and_inbox.sql"));
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V2__outbox.sql"));
			return connection;
		});
		this.movements = movements(this.source);
	}

	private static StockMovements movements(DataSource source) {
		JdbcTemplate jdbc = new JdbcTemplate(source);
		TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(source));
		return new StockMovements(StockFixture.over(jdbc),
				new JdbcInbox(jdbc, transactions, new JsonPayloadCodec(), "test"));
	}

	/** Movements over a pool of one's own, whose connections have a name. */
	StockMovements movements(HikariDataSource pool, String name) {
		pool.setJdbcUrl(this.server.jdbcUrl("inventory"));
		pool.setUsername("inventory");
		pool.setPassword("secret");
		pool.addDataSourceProperty("ApplicationName", name);
		return movements(pool);
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	StockMovements movements() {
		return this.movements;
	}

	/** Empties all tables. There are ten of A and none of B afterwards. */
	void reset() {
		restore();
		this.jdbc.execute("TRUNCATE inbox, reservations, stock, outbox");
		this.jdbc.update("INSERT INTO stock (sku, available) VALUES ('A', 10), ('B', 0)");
	}

	/** How many of A there are. */
	long available() {
		return this.jdbc.queryForList("SELECT available FROM stock WHERE sku = 'A'", Long.class).getFirst();
	}

	void forgetInbox() {
		this.jdbc.execute("TRUNCATE inbox");
	}

	/** From now on connections are refused. */
	void refuse() {
		this.source.setUrl("jdbc:postgresql://127.0.0.1:" + Ports.free() + "/inventory");
	}

	void restore() {
		this.source.setUrl(this.server.jdbcUrl("inventory"));
	}

	@Override
	public void close() {
		this.server.close();
	}

}
