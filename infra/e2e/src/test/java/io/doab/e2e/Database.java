package io.doab.e2e;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.doab.local.LocalPlatform;

import org.jspecify.annotations.Nullable;

/**
 * One database of the platform.
 */
final class Database {

	private final LocalPlatform platform;

	private final String name;

	Database(LocalPlatform platform, String name) {
		this.platform = platform;
		this.name = name;
	}

	/** The rows of a query, values as text. */
	List<Map<String, @Nullable String>> query(String sql) {
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet found = statement.executeQuery(sql)) {
			List<Map<String, @Nullable String>> rows = new ArrayList<>();
			while (found.next()) {
				Map<String, @Nullable String> row = new LinkedHashMap<>();
				for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
					row.put(found.getMetaData().getColumnLabel(i), found.getString(i));
				}
				rows.add(row);
			}
			return rows;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	/** The only value of a query. */
	String value(String sql) {
		return String.valueOf(query(sql).getFirst().values().iterator().next());
	}

	long count(String sql) {
		return Long.parseLong(value("SELECT count(*) FROM " + sql));
	}

	/** Gives every value of every table as text. */
	void scan(Consumer<String> values) {
		query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
			.forEach((table) -> query("SELECT t::text FROM \"" + table.get("table_name") + "\" t")
				.forEach((row) -> row.values().forEach((value) -> values.accept(String.valueOf(value)))));
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(this.platform.databaseUrl(this.name), this.platform.databaseUser(),
				this.platform.databasePassword());
	}

}
