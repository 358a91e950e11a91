package io.doab.payment.processing;

import java.time.Clock;
import java.time.Duration;

import io.doab.payment.fraud.FraudRoute;
import io.doab.payment.fraud.FraudVerdict;
import io.doab.payment.gateway.GatewayUnavailableException;
import io.doab.stream.FailureHandler;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.rest.IngestionProperties;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What payment-service reads, keeps and writes.
 */
@Configuration(proxyBeanMethods = false)
class PaymentProcessing {

	/** As long as an order may be refunded. */
	private static final Duration PAYMENT_KEPT = Duration.ofDays(180);

	/** What waits for an event that never comes is forgotten. */
	private static final Duration WAITING_KEPT = Duration.ofDays(7);

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	ProcessorDefinition paymentService(PaymentProcessor processor, IngestionProperties ingestion) {
		return ProcessorDefinition.named("payment-service")
			.on("payments", PaymentInstruction.class, processor::pay)
			.on(InventoryNews.STREAM, InventoryNews.class, processor::inventoryTold)
			.on(FraudVerdict.STREAM, FraudVerdict.class, processor::examined)
			.onTimer(PaymentProcessor.VERDICT_LATE, processor::verdictLate)
			.state(OrderPayments.PAYMENT, OrderPayment.class, PAYMENT_KEPT)
			.state(OrderPayments.GAVE_UP, String.class, WAITING_KEPT)
			.state(PaymentProcessor.QUEUE, OrderQueue.class, WAITING_KEPT)
			.deduplicate(ingestion.idempotencyWindow())
			.output(PaymentResult.STREAM)
			.output(FraudRoute.BY_CARD)
			.output(FraudRoute.BY_CUSTOMER)
			.onFailure(FailureHandler.retrying(RetryPolicy.defaults(), GatewayUnavailableException::isCauseOf))
			.build();
	}

}
