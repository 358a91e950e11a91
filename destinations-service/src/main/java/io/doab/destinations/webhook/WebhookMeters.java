package io.doab.destinations.webhook;

import java.util.Map;

import io.doab.destinations.webhook.call.CallOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What is measured of webhooks. */
final class WebhookMeters {

	private final Map<String, Timer> calls;

	private final Counter dead;

	private volatile double waiting;

	WebhookMeters(MeterRegistry registry, Subscriptions subscriptions) {
		this.calls = Map.of("accepted", timer(registry, "accepted"), "failed", timer(registry, "failed"), "gone",
				timer(registry, "gone"));
		this.dead = Counter.builder("doab.webhooks.dead")
			.description("Webhook deliveries that were given up")
			.register(registry);
		Gauge.builder("doab.webhooks.waiting", this, (meters) -> meters.waiting)
			.description("Webhook deliveries that wait, of all instances")
			.register(registry);
		for (EndpointState.Status status : EndpointState.Status.values()) {
			Gauge
				.builder("doab.webhooks.subscriptions", subscriptions,
						(all) -> all.all().stream().filter((one) -> one.state().status() == status).count())
				.tag("status", status.text())
				.description("Webhook subscriptions, by what their deliveries do")
				.register(registry);
		}
	}

	private static Timer timer(MeterRegistry registry, String outcome) {
		return Timer.builder("doab.webhooks.calls")
			.tag("outcome", outcome)
			.description("Attempts to deliver a webhook")
			.register(registry);
	}

	void called(CallOutcome outcome) {
		String name = switch (outcome) {
			case CallOutcome.Accepted _ -> "accepted";
			case CallOutcome.Gone _ -> "gone";
			case CallOutcome.Failed _ -> "failed";
		};
		Timer timer = this.calls.get(name);
		if (timer != null) {
			timer.record(outcome.took());
		}
	}

	void dead(int deliveries) {
		this.dead.increment(deliveries);
	}

	void waiting(long deliveries) {
		this.waiting = deliveries;
	}

}
