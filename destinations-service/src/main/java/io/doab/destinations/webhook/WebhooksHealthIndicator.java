package io.doab.destinations.webhook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Which endpoints are paused, since when and why. This service is well all the same: what
 * is ill is somebody else's.
 */
final class WebhooksHealthIndicator extends AbstractHealthIndicator {

	private final Subscriptions subscriptions;

	WebhooksHealthIndicator(Subscriptions subscriptions) {
		super("The webhook subscriptions could not be asked");
		this.subscriptions = subscriptions;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<Map<String, Object>> paused = this.subscriptions.all()
			.stream()
			.filter((subscription) -> subscription.state().status() == EndpointState.Status.PAUSED)
			.map(WebhooksHealthIndicator::details)
			.toList();
		builder.up().withDetail("subscriptions", this.subscriptions.all().size()).withDetail("paused", paused);
	}

	private static Map<String, Object> details(Subscription subscription) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("id", subscription.id());
		details.put("host", subscription.terms().url().getHost());
		details.put("since", subscription.state().since());
		details.put("reason", String.valueOf(subscription.state().reason()));
		return details;
	}

}
