package io.doab.inventory.reservation;

import java.time.Clock;
import java.time.Duration;

import io.doab.stream.FailureHandler;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StreamJoin;
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

	/** What waits for a charge that never comes is forgotten. */
	private static final Duration GAVE_UP_KEPT = Duration.ofDays(7);

	static final int MAX_WAITING_REQUESTS = 100;

	private static final int MAX_WAITING_BYTES = 256 * 1024;

	/** Not more than there are connections to the database. */
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
	ProcessorDefinition inventoryService(ReservationProcessor processor, ReservationProperties properties,
			IngestionProperties ingestion) {
		return ProcessorDefinition.named(GROUP)
			.join(StreamJoin.named(ReservationProcessor.JOIN)
				.left("inventory", InventoryInstruction.class)
				.right(PaymentNews.STREAM, PaymentNews.class, OrderPaid.class, processor::paymentTold)
				.within(properties.paymentTimeout())
				.rightKept(PAID_KEPT)
				.waitingAtMost(MAX_WAITING_REQUESTS, MAX_WAITING_BYTES)
				.matched(processor::answer)
				.timedOut(processor::timedOut)
				.whenFull(processor::foundNoRoom))
			.state(ReservationProcessor.GAVE_UP, String.class, GAVE_UP_KEPT)
			.deduplicate(ingestion.idempotencyWindow())
			.output(InventoryResult.STREAM)
			.concurrency(CONCURRENCY)
			.onFailure(FailureHandler.retrying(RetryPolicy.defaults(), JdbcOutages::isOutage))
			.build();
	}

}
