package io.doab.payment.fraud;

import java.time.Duration;

import io.doab.stream.ProcessorDefinition;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The rules as processors: a group per key. They run also while their rules are switched
 * off, for charges may be on their way.
 */
@Configuration(proxyBeanMethods = false)
class FraudProcessing {

	/**
	 * How long after its window a charge is remembered: so much later than others one may
	 * be read that was taken in at the same time.
	 */
	private static final Duration LATENESS = Duration.ofHours(1);

	/** What a customer usually pays is what was paid in half a year. */
	private static final Duration HISTORY_KEPT = Duration.ofDays(180);

	@Bean
	ProcessorDefinition fraudByCard(CardRules rules, FraudProperties properties) {
		return ProcessorDefinition.named("payment-fraud-by-card")
			.on(FraudRoute.BY_CARD, ExaminedCharge.class, rules::examine)
			.state(CardRules.CHARGES, RecentCharges.class, properties.cardVelocity().window().plus(LATENESS))
			.output(FraudRoute.BY_CUSTOMER)
			.output(FraudVerdict.STREAM)
			.build();
	}

	@Bean
	ProcessorDefinition fraudByCustomer(CustomerRules rules, FraudProperties properties) {
		return ProcessorDefinition.named("payment-fraud-by-customer")
			.on(FraudRoute.BY_CUSTOMER, ExaminedCharge.class, rules::told)
			.state(CustomerRules.CHARGES, RecentCharges.class, properties.customerVelocity().window().plus(LATENESS))
			.state(CustomerRules.HISTORY, CustomerHistory.class, HISTORY_KEPT)
			.output(FraudVerdict.STREAM)
			.build();
	}

}
