package io.doab.payment.gateway;

import java.util.function.Supplier;

import io.doab.payment.card.CardToken;
import io.doab.payment.gateway.GatewayUnavailableException.Kind;
import io.doab.payment.money.Money;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Asks a gateway once more when it failed for a moment, and leaves it alone while it
 * fails most of the time. What it cannot settle it throws, for the payment to wait:
 * nothing is declined for the gateway's sake.
 */
final class ResilientGateway implements PaymentGateway {

	private static final int TRIALS = 3;

	private final PaymentGateway gateway;

	private final CircuitBreaker circuit;

	private final RetryTemplate retries;

	ResilientGateway(PaymentGateway gateway, GatewayProperties properties) {
		this.gateway = gateway;
		this.circuit = CircuitBreaker.of("payment-gateway", circuitBreaker(properties.circuitBreaker()));
		this.retries = new RetryTemplate(RetryPolicy.builder()
			.maxRetries(properties.attempts() - 1)
			.delay(properties.retryDelay())
			.multiplier(2)
			.predicate((failure) -> failure instanceof GatewayUnavailableException unavailable
					&& unavailable.kind() == Kind.MOMENTARY)
			.build());
	}

	private static CircuitBreakerConfig circuitBreaker(GatewayProperties.CircuitBreaker properties) {
		return CircuitBreakerConfig.custom()
			.failureRateThreshold(properties.failureRate())
			.slidingWindowSize(properties.calls())
			.minimumNumberOfCalls(properties.minimumCalls())
			.waitDurationInOpenState(properties.openFor())
			.permittedNumberOfCallsInHalfOpenState(TRIALS)
			.recordException((failure) -> failure instanceof GatewayUnavailableException unavailable
					&& unavailable.kind() != Kind.UNRELATED)
			.ignoreException((failure) -> failure instanceof GatewayUnavailableException unavailable
					&& unavailable.kind() == Kind.UNRELATED)
			.build();
	}

	@Override
	public Answer authorize(CardToken card, Money amount, String idempotencyKey) {
		return ask(() -> this.gateway.authorize(card, amount, idempotencyKey));
	}

	@Override
	public Answer refund(String authorizationId, Money amount, String idempotencyKey) {
		return ask(() -> this.gateway.refund(authorizationId, amount, idempotencyKey));
	}

	private Answer ask(Supplier<Answer> call) {
		return this.retries.invoke(() -> askOnce(call));
	}

	private Answer askOnce(Supplier<Answer> call) {
		try {
			return this.circuit.executeSupplier(call);
		}
		catch (CallNotPermittedException ex) {
			throw new GatewayUnavailableException(Kind.UNRELATED,
					"The payment gateway has failed too often and is left alone for a while", ex);
		}
	}

	/** How the gateway did lately. */
	CircuitBreaker circuit() {
		return this.circuit;
	}

}
