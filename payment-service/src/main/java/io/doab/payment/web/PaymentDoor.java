package io.doab.payment.web;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.payment.card.CardToken;
import io.doab.payment.card.CardTokenizer;
import io.doab.payment.money.Money;
import io.doab.payment.processing.PaymentInstruction;
import io.doab.payment.processing.PaymentType;
import io.doab.stream.Event;
import io.doab.stream.rest.FieldProblem;
import io.doab.stream.rest.IngestionRoute;
import io.doab.stream.rest.RequestProblem;

import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where payments come in. The card number ends here: what goes on is its token.
 */
@Configuration(proxyBeanMethods = false)
class PaymentDoor {

	private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies()
		.stream()
		.map(Currency::getCurrencyCode)
		.collect(Collectors.toUnmodifiableSet());

	@Bean
	IngestionRoute<PaymentRequest> payments(CardTokenizer tokenizer, Clock clock) {
		return IngestionRoute
			.of("/payments", "payments", PaymentRequest.class,
					(request) -> event(request, tokenizer).withHeader(PaymentInstruction.RECEIVED_HEADER,
							clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()))
			.withTypes(PaymentType.CHARGE.eventType(), PaymentType.REFUND.eventType());
	}

	private static Event<PaymentInstruction> event(PaymentRequest request, CardTokenizer tokenizer) {
		requireConsistent(request);
		PaymentRequest.Amount amount = request.amount();
		PaymentInstruction instruction = new PaymentInstruction(request.orderId(), request.typeOrDefault(),
				new Money(amount.value(), amount.currency()), customer(request.customer()),
				card(request.card(), tokenizer));
		return Event.of(request.typeOrDefault().eventType(), request.orderId(), instruction);
	}

	private static void requireConsistent(PaymentRequest request) {
		List<FieldProblem> problems = new ArrayList<>();
		String currency = request.amount().currency();
		if (!CURRENCIES.contains(currency)) {
			problems.add(new FieldProblem("/amount/currency", "must be a currency of ISO 4217"));
		}
		else if (decimals(request.amount().value()) > Money.decimals(currency)) {
			problems.add(new FieldProblem("/amount/value",
					"has more decimals than " + currency + ", which has " + Money.decimals(currency)));
		}
		if (request.typeOrDefault() == PaymentType.CHARGE && request.card() == null) {
			problems.add(new FieldProblem("/card", "must not be null for a charge"));
		}
		if (!problems.isEmpty()) {
			throw RequestProblem.invalid(problems);
		}
	}

	private static int decimals(String value) {
		int point = value.indexOf('.');
		return (point < 0) ? 0 : value.length() - point - 1;
	}

	private static PaymentInstruction.@Nullable Customer customer(PaymentRequest.@Nullable Customer customer) {
		return (customer == null) ? null
				: new PaymentInstruction.Customer(customer.id(), customer.email(), customer.country());
	}

	private static PaymentInstruction.@Nullable Card card(PaymentRequest.@Nullable Card card, CardTokenizer tokenizer) {
		if (card == null) {
			return null;
		}
		CardToken token = tokenizer.tokenize(card.number());
		return new PaymentInstruction.Card(token.text(), token.last4(), token.brand().label(), card.expiry());
	}

}
