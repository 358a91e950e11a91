package io.doab.payment.processing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.gateway.PaymentGateway;
import io.doab.payment.gateway.PaymentGateways;
import io.doab.payment.money.Money;

/**
 * A gateway that keeps its books: by idempotency key, as gateways do. It would take more
 * than was charged, and more than once, if it were asked to.
 */
final class LedgerGateway implements PaymentGateway {

	final List<String> chargeKeys = new ArrayList<>();

	final List<String> refundKeys = new ArrayList<>();

	private final Map<String, Answer> answers = new LinkedHashMap<>();

	private final Map<String, BigDecimal> charged = new LinkedHashMap<>();

	private final Map<String, BigDecimal> refunded = new LinkedHashMap<>();

	boolean away;

	boolean refusesRefunds;

	@Override
	public Answer authorize(CardToken card, Money amount, String idempotencyKey) {
		requirePresent();
		this.chargeKeys.add(idempotencyKey);
		return this.answers.computeIfAbsent(idempotencyKey, (key) -> {
			if (card.outcome() == SandboxOutcome.INSUFFICIENT_FUNDS) {
				return new Answer.Declined("insufficient_funds");
			}
			String id = "auth-" + (this.charged.size() + 1);
			this.charged.put(id, amount.amount());
			return new Answer.Done(id);
		});
	}

	@Override
	public Answer refund(String authorizationId, Money amount, String idempotencyKey) {
		requirePresent();
		this.refundKeys.add(idempotencyKey);
		if (this.refusesRefunds) {
			return new Answer.Declined("refund_window_passed");
		}
		return this.answers.computeIfAbsent(idempotencyKey, (key) -> {
			this.refunded.merge(authorizationId, amount.amount(), BigDecimal::add);
			return new Answer.Done("refund-" + key);
		});
	}

	private void requirePresent() {
		if (this.away) {
			throw PaymentGateways.away();
		}
	}

	BigDecimal charged() {
		return this.charged.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	BigDecimal refunded() {
		return this.refunded.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	/** The authorisations of which more was given back than was charged. */
	List<String> overdrawn() {
		return this.refunded.entrySet()
			.stream()
			.filter((entry) -> entry.getValue()
				.compareTo(this.charged.getOrDefault(entry.getKey(), BigDecimal.ZERO)) > 0)
			.map(Map.Entry::getKey)
			.toList();
	}

}
