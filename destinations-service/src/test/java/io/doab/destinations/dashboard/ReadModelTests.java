package io.doab.destinations.dashboard;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.doab.destinations.dashboard.Summary.Outcome;
import io.doab.destinations.dashboard.Summary.StreamCounts;
import io.doab.stream.Event;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the dashboard knows after events came, once or again, from one or from several.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadModelTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:30Z");

	private final DashboardProperties properties = new DashboardProperties(Duration.ofDays(7), Duration.ofHours(24),
			Duration.ofSeconds(1), Duration.ofSeconds(10), 50);

	private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

	private DashboardDatabase database;

	private ReadModel model;

	private DashboardDestination destination;

	private DashboardQueries queries;

	@BeforeAll
	@SuppressWarnings("NullAway.Init") // set before all tests
	void start() {
		this.database = new DashboardDatabase();
		this.model = new ReadModel(this.database.jdbc());
		this.destination = new DashboardDestination(this.model, this.properties, this.clock);
		this.queries = new DashboardQueries(this.database.jdbc(), this.clock);
	}

	@AfterAll
	void stop() {
		this.database.close();
	}

	@BeforeEach
	void empty() {
		this.database.empty();
	}

	@Test
	void anEventThatComesAgainIsCountedOnce() {
		Event<JsonNode> first = Samples.payment("1", "a", "authorized", "", NOW);
		Event<JsonNode> second = Samples.payment("2", "b", "declined", "fraud_suspected", NOW);
		this.destination.deliver(Samples.PAYMENTS, List.of(first, second, first));
		this.destination.deliver(Samples.PAYMENTS, List.of(second, first));
		assertThat(this.queries.summary(10).outcomes()).containsExactly(
				new Outcome(Samples.PAYMENTS, "payment.authorized", "", 1),
				new Outcome(Samples.PAYMENTS, "payment.declined", "fraud_suspected", 1));
		assertThat(counts(Samples.PAYMENTS).seconds().counts()).endsWith(2).satisfies(ReadModelTests::sumIsTwo);
	}

	private static void sumIsTwo(long[] counts) {
		assertThat(Arrays.stream(counts).sum()).isEqualTo(2);
	}

	@Test
	void severalWritersOfTheSameOrdersAndPartlyTheSameEventsCountEachOnce() {
		List<CompletableFuture<Void>> writers = new ArrayList<>();
		for (int writer = 0; writer < 4; writer++) {
			List<Event<JsonNode>> events = new ArrayList<>(payments("shared"));
			events.addAll(payments("of" + writer));
			Collections.shuffle(events, new Random(writer));
			writers.add(CompletableFuture.runAsync(() -> {
				for (int from = 0; from < events.size(); from += 50) {
					this.destination.deliver(Samples.PAYMENTS, events.subList(from, from + 50));
				}
			}, (task) -> Thread.ofVirtual().start(task)));
		}
		writers.forEach(CompletableFuture::join);
		assertThat(this.queries.summary(10).outcomes()).extracting(Outcome::events).containsExactly(5 * 400L);
		assertThat(Arrays.stream(counts(Samples.PAYMENTS).seconds().counts()).sum()).isEqualTo(5 * 400);
		assertThat(this.queries.latestOrders(200)).hasSize(40);
	}

	/** 400 events of 40 orders. */
	private static List<Event<JsonNode>> payments(String ids) {
		return IntStream.range(0, 400)
			.mapToObj((i) -> Samples.payment(ids + i, "order" + i % 40, "authorized", "", NOW.minusSeconds(i % 90)))
			.toList();
	}

	@Test
	void anOrdersWayIsItsStepsOverBothStreamsInTheirTime() {
		this.destination.deliver(Samples.INVENTORY, List.of(Samples.goods("3", "a", "rejected", NOW.minusSeconds(2))));
		this.destination.deliver(Samples.PAYMENTS,
				List.of(Samples.payment("1", "a", "authorized", "", NOW.minusSeconds(3)),
						Samples.payment("2", "b", "authorized", "", NOW),
						Samples.payment("4", "a", "refunded", "out_of_stock", NOW.minusSeconds(1))));
		List<Step> steps = this.queries.way("a").orElseThrow().steps();
		assertThat(steps).extracting(Step::type)
			.containsExactly("payment.authorized", "inventory.rejected", "payment.refunded");
		assertThat(steps.getFirst().amount()).isEqualByComparingTo(new BigDecimal("139.12"));
		assertThat(steps.get(1).pieces()).isEqualTo(8);
		assertThat(steps.getLast().reason()).isEqualTo("out_of_stock");
		assertThat(this.queries.way("nobody's")).isEmpty();
	}

	@Test
	void theLatestOrdersShowWhereEachStands() {
		this.destination.deliver(Samples.PAYMENTS,
				List.of(Samples.payment("1", "a", "authorized", "", NOW.minusSeconds(9)),
						Samples.payment("2", "b", "declined", "insufficient_funds", NOW.minusSeconds(8)),
						Samples.payment("3", "c", "authorized", "", NOW.minusSeconds(7))));
		this.destination.deliver(Samples.INVENTORY, List.of(Samples.goods("4", "a", "reserved", NOW.minusSeconds(1)),
				Samples.goods("5", "d", "reserved", NOW.minusSeconds(20))));
		List<OrderLine> orders = this.queries.latestOrders(3);
		assertThat(orders).extracting(OrderLine::orderId).containsExactly("a", "c", "b");
		assertThat(orders).extracting(OrderLine::goods).containsExactly("reserved", null, null);
		assertThat(orders).extracting(OrderLine::payment).containsExactly("authorized", "authorized", "declined");
		assertThat(orders.getLast().paymentReason()).isEqualTo("insufficient_funds");
		assertThat(orders.getFirst().at()).isEqualTo(NOW.minusSeconds(1));
	}

	@Test
	void countsStandAtTheirSecondAndTheirMinute() {
		this.destination.deliver(Samples.WEB,
				List.of(Samples.web("1", 200, NOW), Samples.web("2", 200, NOW.minusSeconds(2)),
						Samples.web("3", 500, NOW.minusSeconds(2)), Samples.web("4", 200, NOW.minusSeconds(31)),
						Samples.web("5", 200, NOW.minus(Duration.ofHours(2)))));
		StreamCounts web = counts(Samples.WEB);
		assertThat(web.seconds().counts()).hasSize(300).endsWith(2, 0, 1);
		assertThat(web.seconds().from()).isEqualTo(NOW.minusSeconds(299));
		assertThat(web.minutes().counts()).hasSize(60).endsWith(0, 1, 3);
		Summary recent = this.queries.summary(1).recent(3);
		assertThat(recent.streams().getLast().seconds().counts()).containsExactly(2, 0, 1);
		assertThat(recent.streams().getLast().seconds().from()).isEqualTo(NOW.minusSeconds(2));
		assertThat(counts(Samples.PAYMENTS).seconds().counts()).hasSize(300).containsOnly(0);
	}

	@Test
	void whatIsOldIsForgottenAndNotCountedWhenItComesAgain() {
		Event<JsonNode> old = Samples.payment("1", "a", "authorized", "", NOW.minus(Duration.ofDays(6)));
		Event<JsonNode> visit = Samples.web("2", 200, NOW.minus(Duration.ofHours(23)));
		this.destination.deliver(Samples.PAYMENTS, List.of(old, Samples.payment("3", "b", "authorized", "", NOW)));
		this.destination.deliver(Samples.WEB, List.of(visit));
		Instant later = NOW.plus(Duration.ofDays(2));
		assertThat(this.model.forget(later, this.properties)).isFalse();
		assertThat(rows("dashboard_steps")).isEqualTo(1);
		assertThat(rows("dashboard_orders")).isEqualTo(1);
		assertThat(rows("dashboard_seconds")).isZero();
		DashboardDestination then = new DashboardDestination(this.model, this.properties,
				Clock.fixed(later, ZoneOffset.UTC));
		then.deliver(Samples.PAYMENTS, List.of(old));
		then.deliver(Samples.WEB, List.of(visit));
		assertThat(rows("dashboard_steps")).isEqualTo(1);
	}

	@Test
	void noTableHoldsWhoACustomerIs() {
		this.destination.deliver(Samples.PAYMENTS, List.of(Samples.payment("1", "a", "authorized", "", NOW)));
		assertThat(this.database.jdbc().queryForList("SELECT t::text FROM dashboard_steps t", String.class).toString())
			.contains("17…")
			.doesNotContain("17850")
			.doesNotContain("@");
	}

	private StreamCounts counts(String stream) {
		return this.queries.summary(1)
			.streams()
			.stream()
			.filter((counts) -> counts.stream().equals(stream))
			.findFirst()
			.orElseThrow();
	}

	private int rows(String table) {
		Integer rows = this.database.jdbc().queryForObject("SELECT count(*) FROM " + table, Integer.class);
		return (rows != null) ? rows : -1;
	}

}
