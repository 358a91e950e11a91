package io.doab.payment.fraud;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.ProcessingContext;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The way of a charge along the rules: from its order to its card, from there to its
 * customer, and back to the order with the verdict. Each leg is a stream with a key of
 * its own, for a rule that counts charges of a card needs all of them in one place, and
 * in turn.
 */
@Component
public class FraudRoute {

	/** Examinations by the card's identity. */
	public static final String BY_CARD = "payments.fraud-by-card";

	/** Examinations, and what was paid, by customer. */
	public static final String BY_CUSTOMER = "payments.fraud-by-customer";

	private static final URI SOURCE = URI.create("urn:doab:payment-fraud");

	private static final String TRACE_PARENT = "traceparent";

	private final FraudProperties properties;

	private final Clock clock;

	FraudRoute(FraudProperties properties, Clock clock) {
		this.properties = properties;
		this.clock = clock;
	}

	/**
	 * Sends a charge on its way.
	 * @param attempt of the same charge: another attempt is another event
	 * @return false when no rule wants to see it: it is not suspected
	 */
	public boolean examine(ExaminedCharge charge, int attempt, @Nullable String traceParent,
			ProcessingContext context) {
		Optional<Leg> leg = this.properties.cardVelocity().enabled() ? Optional.of(new Leg(BY_CARD, charge.card()))
				: toCustomer(charge);
		leg.ifPresent((first) -> send(first, ExaminedCharge.EXAMINE, charge,
				EventIds.derive(charge.chargeId(), first.stream(), String.valueOf(attempt)), traceParent, context));
		return leg.isPresent();
	}

	/** Tells what was authorised, so that the next charge can be compared with it. */
	public void paid(ExaminedCharge charge, @Nullable String traceParent, ProcessingContext context) {
		if (charge.customer() != null && this.properties.learns()) {
			send(new Leg(BY_CUSTOMER, charge.customer()), ExaminedCharge.PAID, charge,
					EventIds.derive(charge.chargeId(), BY_CUSTOMER, ExaminedCharge.PAID), traceParent, context);
		}
	}

	/** From the card on: to the customer, or back when there is nothing to see there. */
	void afterCard(Event<?> event, ExaminedCharge charge, ProcessingContext context) {
		toCustomer(charge).ifPresentOrElse((leg) -> send(leg, ExaminedCharge.EXAMINE, charge,
				EventIds.derive(event.id(), leg.stream()), event.headers().get(TRACE_PARENT), context),
				() -> back(event, charge, context));
	}

	/** Back to the order. */
	void back(Event<?> event, ExaminedCharge charge, ProcessingContext context) {
		send(new Leg(FraudVerdict.STREAM, charge.orderKey()), FraudVerdict.TYPE,
				new FraudVerdict(charge.chargeId(), charge.rule()), EventIds.derive(event.id(), FraudVerdict.STREAM),
				event.headers().get(TRACE_PARENT), context);
	}

	private Optional<Leg> toCustomer(ExaminedCharge charge) {
		return this.properties.looksAtCustomers()
				? Optional.ofNullable(charge.customer()).map((customer) -> new Leg(BY_CUSTOMER, customer))
				: Optional.empty();
	}

	private void send(Leg leg, String type, Object payload, String id, @Nullable String traceParent,
			ProcessingContext context) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		context.emit(leg.stream(), new Event<>(id, type, SOURCE, now, leg.key(), payload,
				(traceParent != null) ? Map.of(TRACE_PARENT, traceParent) : Map.of()));
	}

	/** A stream, and the key under which to go there. */
	private record Leg(String stream, String key) {
	}

}
