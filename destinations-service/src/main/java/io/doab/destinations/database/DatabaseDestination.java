package io.doab.destinations.database;

import java.util.List;

import io.doab.destinations.BatchDestination;
import io.doab.stream.Event;
import io.doab.stream.jdbc.JdbcOutages;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import tools.jackson.databind.JsonNode;

/**
 * Writes results to a relational database: a row per event, found again by the event's
 * id, many in one statement.
 */
@Component
class DatabaseDestination implements BatchDestination {

	private static final int MAX_BATCH = 1_000;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transactions;

	DatabaseDestination(JdbcTemplate jdbc, TransactionTemplate transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	@Override
	public String name() {
		return "database";
	}

	@Override
	public void deliver(String stream, List<Event<JsonNode>> events) {
		ResultTable table = ResultTable.of(stream)
			.orElseThrow(() -> new IllegalStateException("The database has no table for stream '" + stream
					+ "': take it off destinations.routes or add a table"));
		List<List<@Nullable Object>> rows = events.stream().map(table::row).toList();
		this.transactions.executeWithoutResult(
				(status) -> this.jdbc.batchUpdate(table.insert(), rows, rows.size(), (statement, row) -> {
					for (int i = 0; i < row.size(); i++) {
						statement.setObject(i + 1, row.get(i));
					}
				}));
	}

	@Override
	public boolean isOutage(Exception failure) {
		return JdbcOutages.isOutage(failure);
	}

	@Override
	public int maxBatch() {
		return MAX_BATCH;
	}

}
