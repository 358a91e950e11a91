package io.doab.destinations.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.destinations.webhook.call.AddressRules;
import io.doab.destinations.webhook.call.EndpointRules;
import io.doab.destinations.webhook.call.GuardedLookup;
import io.doab.destinations.webhook.call.WebhookCalls;
import io.doab.servers.PostgresServer;
import io.doab.stream.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The webhooks over a real database, with a clock that the test moves. Each
 * {@link Instance} is what a process has.
 */
final class WebhookRig implements AutoCloseable {

	static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	final HikariDataSource source = new HikariDataSource();

	final JdbcTemplate jdbc = new JdbcTemplate(this.source);

	final MovedClock clock = new MovedClock();

	private final List<Instance> instances = new ArrayList<>();

	WebhookRig(PostgresServer server) {
		server.ensureDatabase("webhooks");
		this.source.setJdbcUrl(server.jdbcUrl("webhooks"));
		this.source.setUsername("webhooks");
		this.source.setPassword("secret");
		this.source.setConnectionTimeout(1_000);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V10__webhooks.sql"));
			return connection;
		});
	}

	/** A process that has come up. */
	Instance instance() {
		Instance instance = new Instance();
		this.instances.add(instance);
		return instance;
	}

	/** Ends all processes and empties the tables. */
	void reset() {
		this.instances.forEach(Instance::close);
		this.instances.clear();
		this.jdbc.execute("TRUNCATE webhook_subscriptions CASCADE");
		this.clock.now = START;
	}

	@Override
	public void close() {
		reset();
		this.source.close();
	}

	/** An event of a key, with a number in its data. */
	static Event<JsonNode> event(String key, int number) {
		return Event
			.<JsonNode>of("payment.authorized", key,
					JSON.valueToTree(
							Map.of("orderId", key, "number", number, "card", Map.of("token", "tok", "last4", "4242"))))
			.withId(key + "-" + number)
			.withTime(START);
	}

	/** One process. */
	final class Instance implements AutoCloseable {

		final WebhookProperties properties = new Binder(new MapConfigurationPropertySource(
				Map.of("destinations.webhooks.key", "0123456789abcdef", "destinations.webhooks.poll-interval", "20ms",
						"destinations.webhooks.refresh-interval", "20ms", "destinations.webhooks.turn", "15s",
						"destinations.webhooks.retry.jitter", "0", "destinations.webhooks.max-subscriptions", "5")))
			.bindOrCreate("destinations.webhooks", WebhookProperties.class);

		final TransactionTemplate transactions = new TransactionTemplate(
				new JdbcTransactionManager(WebhookRig.this.source));

		final Subscriptions subscriptions = new Subscriptions(
				new SubscriptionTable(WebhookRig.this.jdbc, new SecretCipher(this.properties.key())), this.transactions,
				this.properties.refreshInterval(), WebhookRig.this.clock);

		final DeliveryTable table = new DeliveryTable(WebhookRig.this.jdbc);

		final SimpleMeterRegistry registry = new SimpleMeterRegistry();

		final WebhookMeters meters = new WebhookMeters(this.registry, this.subscriptions);

		private final GuardedLookup lookup = new GuardedLookup((host) -> List.of(InetAddress.getByName(host)),
				new AddressRules(List.of("127.0.0.0/8")));

		private final EndpointRules rules = new EndpointRules(true, Set.of(), this.lookup);

		private final WebhookCalls calls = new WebhookCalls(this.rules, this.lookup, this.properties.callLimits(),
				WebhookRig.this.clock);

		final Deliveries deliveries = new Deliveries(
				new DeliveryTurns(WebhookRig.this.jdbc, "instance-" + WebhookRig.this.instances.size(),
						this.properties.turn()),
				new DeliveryWorker.Means(this.subscriptions, this.table,
						new DeliveryOutcomes(this.subscriptions, this.table, this.transactions, this.properties,
								this.meters, WebhookRig.this.clock),
						this.calls, WebhookRig.this.clock, this.properties.maxInFlight(),
						this.properties.pollInterval(), new Semaphore(4)),
				Duration.ofSeconds(20));

		final WebhookFanOut fanOut = new WebhookFanOut(this.subscriptions, this.table, this.transactions,
				new Envelope(this.properties.withheld()), this.deliveries, WebhookRig.this.clock);

		final SubscriptionService service = new SubscriptionService(this.subscriptions, this.table, this.deliveries,
				this.calls, this.rules, this.properties, WebhookRig.this.clock);

		final DeliveryKeeping keeping = new DeliveryKeeping(this.table, this.properties, this.meters,
				WebhookRig.this.clock);

		private Instance() {
			this.subscriptions.start();
			this.fanOut.start();
		}

		/** Subscribes to everything. */
		Subscription subscribe(URI url, boolean ordered) {
			return this.service
				.create(new SubscriptionRequest(url.toString(), List.of("*"), null, null, ordered, null, null));
		}

		EndpointState.Status status(Subscription subscription) {
			return this.service.find(subscription.id()).state().status();
		}

		/** So many events of each of so many keys, in turns. */
		void accept(int keys, int eventsPerKey) {
			List<Event<JsonNode>> events = new ArrayList<>();
			for (int number = 0; number < eventsPerKey; number++) {
				for (int key = 0; key < keys; key++) {
					events.add(event("order-" + key, number));
				}
			}
			this.fanOut.accept(events);
		}

		@Override
		public void close() {
			this.deliveries.close();
			this.subscriptions.close();
			this.calls.close();
		}

	}

	/** A clock that stands still until it is moved. */
	static final class MovedClock extends Clock {

		private volatile Instant now = START;

		void advance(Duration duration) {
			this.now = this.now.plus(duration);
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			throw new UnsupportedOperationException();
		}

	}

}
