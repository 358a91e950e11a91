package io.doab.inventory.reservation;

import java.time.Clock;
import java.time.Duration;

import io.doab.stream.FailureHandler;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.jdbc.JdbcInbox;
import io.doab.stream.jdbc.JdbcOutages;
import io.doab.stream.rest.IngestionProperties;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What inventory-service reads, keeps and writes.
 */
@Configuration(proxyBeanMethods = false)
class ReservationProcessing {

	private static final String GROUP = "inventory-service";

	/** As long as payments keep theirs: so long may goods come back. */
	private static final Duration PAID_KEPT = Duration.ofDays(180);

	/** What waits for an event that never comes is forgotten. */
	private static final Duration WAITING_KEPT = Duration.ofDays(7);

	/** As many as there are connections to the database. */
	private static final int CONCURRENCY = 16;

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	JdbcInbox inbox(JdbcTemplate jdbc, TransactionTemplate transactions, PayloadCodec codec) {
		return new JdbcInbox(jdbc, transactions, codec, GROUP);
	}

	@Bean
	ProcessorDefinition inventoryService(ReservationProcessor processor, IngestionProperties ingestion) {
		return ProcessorDefinition.named(GROUP)
			.on("inventory", InventoryInstruction.class, processor::requested)
			.on(PaymentNews.STREAM, PaymentNews.class, processor::paymentTold)
			.onTimer(ReservationProcessor.PAYMENT_TIMEOUT, processor::paymentTimedOut)
			.state(ReservationProcessor.PAID, OrderPaid.class, PAID_KEPT)
			.state(ReservationProcessor.WAITING, WaitingRequests.class, WAITING_KEPT)
			.state(ReservationProcessor.GAVE_UP, String.class, WAITING_KEPT)
			.deduplicate(ingestion.idempotencyWindow())
			.output(InventoryResult.STREAM)
			.concurrency(CONCURRENCY)
			.onFailure(FailureHandler.retrying(RetryPolicy.defaults(), JdbcOutages::isOutage))
			.build();
	}

}
