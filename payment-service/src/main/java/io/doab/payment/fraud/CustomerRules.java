package io.doab.payment.fraud;

import io.doab.payment.fraud.FraudProperties.CustomerVelocity;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;

import org.springframework.stereotype.Component;

/**
 * What is suspicious about the charges of a customer, which come here from all the
 * customer's orders. For the velocity every attempt counts, also one that the card's rule
 * suspects; what later ones are compared with is only what was authorised, so that nobody
 * gets a history by trying.
 */
@Component
class CustomerRules {

	/** State: when the customer was charged lately. */
	static final String CHARGES = "customer-charges";

	/** State: what the customer has paid. */
	static final String HISTORY = "customer-history";

	private final FraudProperties properties;

	private final FraudRoute route;

	CustomerRules(FraudProperties properties, FraudRoute route) {
		this.properties = properties;
		this.route = route;
	}

	void told(Event<ExaminedCharge> event, ProcessingContext context) {
		switch (event.type()) {
			case ExaminedCharge.EXAMINE -> examine(event, context);
			case ExaminedCharge.PAID -> paid(event.data(), context);
			default -> {
				// Something that a newer version tells.
			}
		}
	}

	private void examine(Event<ExaminedCharge> event, ProcessingContext context) {
		ExaminedCharge charge = event.data();
		if (isTooFast(charge, context)) {
			charge = charge.suspectedBy(FraudRule.CUSTOMER_VELOCITY);
		}
		CustomerHistory history = context.state(HISTORY, CustomerHistory.class).get().orElse(CustomerHistory.NONE);
		if (this.properties.amount().enabled() && history.isDwarfedBy(charge.amount(), this.properties.amount())) {
			charge = charge.suspectedBy(FraudRule.AMOUNT);
		}
		if (this.properties.country().enabled() && history.isForeign(charge.country(), this.properties.country())) {
			charge = charge.suspectedBy(FraudRule.COUNTRY);
		}
		this.route.back(event, charge, context);
	}

	private boolean isTooFast(ExaminedCharge charge, ProcessingContext context) {
		CustomerVelocity rule = this.properties.customerVelocity();
		KeyedState<RecentCharges> state = context.state(CHARGES, RecentCharges.class);
		RecentCharges charges = state.get()
			.orElse(RecentCharges.NONE)
			.latest(rule.maxCharges())
			.with(charge.receivedAt());
		state.put(charges.latest(rule.maxCharges()));
		return rule.enabled() && charges.exceed(rule.maxCharges(), rule.window());
	}

	private static void paid(ExaminedCharge charge, ProcessingContext context) {
		KeyedState<CustomerHistory> history = context.state(HISTORY, CustomerHistory.class);
		history.put(history.get().orElse(CustomerHistory.NONE).with(charge.amount(), charge.country()));
	}

}
