package io.doab.payment.gateway;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether the gateway answers, as far as is known from calls: it is not asked for this.
 * While it is left alone, payments wait and health is down.
 */
final class GatewayHealthIndicator extends AbstractHealthIndicator {

	private final CircuitBreaker circuit;

	GatewayHealthIndicator(CircuitBreaker circuit) {
		this.circuit = circuit;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		CircuitBreaker.State state = this.circuit.getState();
		float failureRate = this.circuit.getMetrics().getFailureRate();
		builder.status((state == CircuitBreaker.State.CLOSED) ? "UP" : "DOWN").withDetail("circuit", state);
		if (failureRate >= 0) {
			builder.withDetail("failureRate", failureRate);
		}
	}

}
