package io.doab.inventory.stock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.jdbc.EventOutbox;
import io.doab.stream.json.JsonPayloadCodec;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** The stock in a database, whose news stay in the outbox. */
public final class StockFixture {

	public static final long LOW_AT = 3;

	private StockFixture() {
	}

	public static Stock over(JdbcTemplate jdbc) {
		EventOutbox outbox = new EventOutbox(jdbc, TransactionOperations.withoutTransaction(), new JsonPayloadCodec(),
				(stream, event) -> CompletableFuture.failedFuture(new IllegalStateException("never started")),
				Duration.ofHours(1));
		return new Stock(jdbc, new StockNews(outbox, new StockProperties(LOW_AT, Duration.ofSeconds(1))));
	}

}
