package io.doab.inventory.stock;

import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.jdbc.EventOutbox;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What the stock tells goes out with the transaction that changed it. */
@Configuration(proxyBeanMethods = false)
class StockOutboxConfiguration {

	@Bean(initMethod = "start")
	EventOutbox stockOutbox(JdbcTemplate jdbc, TransactionTemplate transactions, PayloadCodec codec,
			EventPublisher publisher, StockProperties properties, MeterRegistry meters) {
		EventOutbox outbox = new EventOutbox(jdbc, transactions, codec, publisher, properties.outboxInterval());
		Gauge.builder("doab.outbox.waiting", outbox, EventOutbox::waiting)
			.description("Events that wait in the database to be published")
			.register(meters);
		Gauge.builder("doab.outbox.refused", outbox, EventOutbox::refused)
			.description("Events that no stream can store, kept in the database until somebody mends them")
			.register(meters);
		return outbox;
	}

}
