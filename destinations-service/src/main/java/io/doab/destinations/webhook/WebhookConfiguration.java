package io.doab.destinations.webhook;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.doab.destinations.webhook.call.AddressRules;
import io.doab.destinations.webhook.call.EndpointRules;
import io.doab.destinations.webhook.call.GuardedLookup;
import io.doab.destinations.webhook.call.SystemHostLookup;
import io.doab.destinations.webhook.call.WebhookCalls;
import io.doab.stream.rest.ProtectedPaths;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts of the webhooks, when there is a key for their secrets. */
@Configuration(proxyBeanMethods = false)
@Conditional(OnWebhookKey.class)
class WebhookConfiguration {

	/** Of the connections of the pool. */
	private static final int MAX_AT_DATABASE = 4;

	private final Clock clock;

	WebhookConfiguration(ObjectProvider<Clock> clock) {
		this.clock = clock.getIfAvailable(Clock::systemUTC);
	}

	@Bean
	ProtectedPaths protectedWebhooks() {
		return new ProtectedPaths("/webhooks/*");
	}

	@Bean
	SystemHostLookup webhookHosts(WebhookProperties properties) {
		return new SystemHostLookup(properties.call().connectTimeout());
	}

	@Bean
	GuardedLookup webhookLookup(SystemHostLookup hosts, WebhookProperties properties) {
		return new GuardedLookup(hosts, new AddressRules(properties.allowedNetworks()));
	}

	@Bean
	EndpointRules webhookEndpointRules(WebhookProperties properties, GuardedLookup lookup) {
		return new EndpointRules(properties.allowHttp(), properties.allowedPorts(), lookup);
	}

	@Bean
	WebhookCalls webhookCalls(EndpointRules rules, GuardedLookup lookup, WebhookProperties properties) {
		return new WebhookCalls(rules, lookup, properties.callLimits(), this.clock);
	}

	@Bean(initMethod = "start")
	Subscriptions webhookSubscriptions(JdbcTemplate jdbc, TransactionTemplate transactions,
			WebhookProperties properties) {
		return new Subscriptions(new SubscriptionTable(jdbc, new SecretCipher(properties.key())), transactions,
				properties.refreshInterval(), this.clock);
	}

	@Bean
	DeliveryTable webhookDeliveryTable(JdbcTemplate jdbc) {
		return new DeliveryTable(jdbc);
	}

	@Bean
	WebhookMeters webhookMeters(MeterRegistry registry, Subscriptions subscriptions) {
		return new WebhookMeters(registry, subscriptions);
	}

	@Bean
	Deliveries webhookDeliveries(JdbcTemplate jdbc, TransactionTemplate transactions, Subscriptions subscriptions,
			DeliveryTable table, WebhookCalls calls, WebhookMeters meters, WebhookProperties properties) {
		DeliveryOutcomes outcomes = new DeliveryOutcomes(subscriptions, table, transactions, properties, meters,
				this.clock);
		return new Deliveries(new DeliveryTurns(jdbc, UUID.randomUUID().toString(), properties.turn()),
				new DeliveryWorker.Means(subscriptions, table, outcomes, calls, this.clock, properties.maxInFlight(),
						properties.pollInterval(), new Semaphore(MAX_AT_DATABASE)),
				properties.call().timeout().plus(Duration.ofSeconds(5)));
	}

	@Bean
	WebhookFanOut webhookFanOut(Subscriptions subscriptions, DeliveryTable table, TransactionTemplate transactions,
			WebhookProperties properties, Deliveries deliveries) {
		return new WebhookFanOut(subscriptions, table, transactions, new Envelope(properties.withheld()), deliveries,
				this.clock);
	}

	@Bean(initMethod = "start")
	DeliveryKeeping webhookKeeping(DeliveryTable table, WebhookProperties properties, WebhookMeters meters) {
		return new DeliveryKeeping(table, properties, meters, this.clock);
	}

	@Bean
	HealthIndicator webhooksHealthIndicator(Subscriptions subscriptions) {
		return new WebhooksHealthIndicator(subscriptions);
	}

	@Bean
	SubscriptionService webhookSubscriptionService(Subscriptions subscriptions, DeliveryTable table,
			Deliveries deliveries, WebhookCalls calls, EndpointRules rules, WebhookProperties properties) {
		return new SubscriptionService(subscriptions, table, deliveries, calls, rules, properties, this.clock);
	}

}
