package io.doab.payment.fraud;

import io.doab.payment.fraud.FraudProperties.CardVelocity;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;

import org.springframework.stereotype.Component;

/**
 * What is suspicious about the charges of a card, which come here from all its orders.
 * Every attempt counts, whatever becomes of it.
 */
@Component
class CardRules {

	/** State: when the card was charged lately. */
	static final String CHARGES = "card-charges";

	private final FraudProperties properties;

	private final FraudRoute route;

	CardRules(FraudProperties properties, FraudRoute route) {
		this.properties = properties;
		this.route = route;
	}

	void examine(Event<ExaminedCharge> event, ProcessingContext context) {
		CardVelocity rule = this.properties.cardVelocity();
		KeyedState<RecentCharges> state = context.state(CHARGES, RecentCharges.class);
		RecentCharges charges = state.get()
			.orElse(RecentCharges.NONE)
			.latest(rule.maxCharges())
			.with(event.data().receivedAt());
		state.put(charges.latest(rule.maxCharges()));
		boolean suspected = rule.enabled() && charges.exceed(rule.maxCharges(), rule.window());
		this.route.afterCard(event, suspected ? event.data().suspectedBy(FraudRule.CARD_VELOCITY) : event.data(),
				context);
	}

}
