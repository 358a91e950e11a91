package io.doab.destinations.dashboard;

import java.time.Duration;
import java.util.function.Supplier;

import io.doab.stream.jdbc.JdbcOutages;
import io.doab.stream.rest.RequestProblem;

import org.springframework.dao.DataAccessException;

/** Answers a request in a way that says so when the database is away. */
final class Database {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private Database() {
	}

	static <T> T ask(Supplier<T> query) {
		try {
			return query.get();
		}
		catch (DataAccessException ex) {
			if (JdbcOutages.isOutage(ex)) {
				throw RequestProblem.unavailable("The database of the dashboard does not answer", RETRY_AFTER);
			}
			throw ex;
		}
	}

}
