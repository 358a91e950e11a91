package io.doab.inventory.stock;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.doab.stream.jdbc.EventOutbox;
import io.doab.stream.json.JsonPayloadCodec;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;

/** The stock in a database, whose news stay in the outbox. */
public final class StockFixture {

	public static final long LOW_AT = 3;

	private StockFixture() {
	}

	/** As the service has it: each call is a transaction, or part of the present one. */
	public static Stock transactional(JdbcTemplate jdbc) {
		DataSource source = Objects.requireNonNull(jdbc.getDataSource());
		ProxyFactory proxy = new ProxyFactory(over(jdbc));
		proxy.setProxyTargetClass(true);
		proxy.addAdvice(new TransactionInterceptor((TransactionManager) new JdbcTransactionManager(source),
				new AnnotationTransactionAttributeSource()));
		return (Stock) proxy.getProxy();
	}

	/**
	 * Asserts that what was told of each SKU, in the order in which it will be published,
	 * is how its stock changed: each change begins where the one before it ended.
	 */
	public static void assertNewsAreAChain(JdbcTemplate jdbc) {
		assertThat(jdbc.queryForList(
				"""
						SELECT event_key || ': ' || before || ' then ' || change || ' made ' || available FROM (
						    SELECT event_key, position, (body ->> 'available')::bigint AS available, (body ->> 'change')::bigint AS change,
						           lag((body ->> 'available')::bigint) OVER (PARTITION BY event_key ORDER BY position) AS before
						    FROM (SELECT event_key, position, convert_from(data, 'UTF8')::json AS body FROM outbox WHERE type = 'stock.changed') AS told
						) AS chain WHERE before + change <> available""",
				String.class))
			.isEmpty();
		assertThat(jdbc.queryForObject("SELECT count(*) FROM outbox", Long.class)).isPositive();
	}

	public static Stock over(JdbcTemplate jdbc) {
		EventOutbox outbox = new EventOutbox(jdbc, TransactionOperations.withoutTransaction(), new JsonPayloadCodec(),
				(stream, event) -> CompletableFuture.failedFuture(new IllegalStateException("never started")),
				Duration.ofHours(1));
		return new Stock(jdbc, new StockNews(outbox, new StockProperties(LOW_AT, Duration.ofSeconds(1))));
	}

}
