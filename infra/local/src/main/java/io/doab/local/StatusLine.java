package io.doab.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One line on what has arrived in the database, how fast, and what is not well. Belongs
 * to one thread.
 */
final class StatusLine {

	private static final List<String> TABLES = List.of("payments", "inventory", "web_events");

	/** In seconds: a database that hangs must not stop the one who looks after it. */
	private static final String TIMEOUTS = "?connectTimeout=2&socketTimeout=5";

	private final LocalPlatform platform;

	private final long[] before = new long[TABLES.size()];

	private long beforeNanos = System.nanoTime();

	StatusLine(LocalPlatform platform) {
		this.platform = platform;
	}

	/**
	 * The next line.
	 * @param news what else there is to say
	 */
	String next(List<String> news) {
		List<String> parts = new ArrayList<>();
		long now = System.nanoTime();
		try (Connection connection = DriverManager.getConnection(this.platform.databaseUrl("destinations") + TIMEOUTS,
				this.platform.databaseUser(), this.platform.databasePassword());
				Statement statement = connection.createStatement()) {
			double seconds = (now - this.beforeNanos) / 1e9;
			for (int i = 0; i < TABLES.size(); i++) {
				try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + TABLES.get(i))) {
					count.next();
					long rows = count.getLong(1);
					parts.add(String.format(Locale.ROOT, "%s %,d (%.1f/s)", TABLES.get(i), rows,
							(rows - this.before[i]) / seconds));
					this.before[i] = rows;
				}
			}
		}
		catch (SQLException ex) {
			parts.add("the database does not answer");
		}
		this.beforeNanos = now;
		parts.addAll(news);
		parts.add(running());
		return String.join(" · ", parts);
	}

	private String running() {
		List<ServiceInstance> services = this.platform.services();
		long alive = services.stream().filter(ServiceInstance::isAlive).count();
		return (alive == services.size()) ? alive + " services run"
				: alive + " of " + services.size() + " services run";
	}

}
