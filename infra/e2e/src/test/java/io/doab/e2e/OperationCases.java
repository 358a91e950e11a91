package io.doab.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceInstance;
import io.doab.local.ServiceName;
import io.doab.local.ShopRequests;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator sees, and what services, servers and destinations that go away cost.
 */
interface OperationCases extends PlatformCases {

	@Test
	@Order(5)
	default void killingAnyServiceInTheMiddleOfTheLoadLosesAndDoublesNothing() {
		List<Invoice> goods = PlatformCases.orders(60);
		shop().stock(ShopRequests.stock(goods, 100_000_000));
		List<String> orders = new ArrayList<>();
		AtomicInteger sent = new AtomicInteger();
		int perKill = 100;
		int count = perKill * (ServiceName.ofStreams().size() + 1);
		for (int i = 0; i < count; i++) {
			orders.add("kill-" + i);
		}
		CompletableFuture<Void> load = CompletableFuture
			.runAsync(() -> PlatformCases.inParallel(orders, 4, (orderId) -> {
				int number = sent.getAndIncrement();
				Invoice invoice = goods.get(number % goods.size());
				shop().reserve(invoice, orderId);
				shop().pay(PlatformCases.paidBy(orderId, invoice), orderId,
						(number % 100 == 0) ? INSUFFICIENT : ShopRequests.goodCard(orderId));
			}));
		int kills = 0;
		for (ServiceName victim : ServiceName.ofStreams()) {
			int from = perKill * ++kills;
			PlatformCases.eventually()
				.pollInterval(Duration.ofMillis(20))
				.until(() -> sent.get() >= from || load.isDone());
			ServiceInstance service = platform().service(victim);
			service.kill();
			PlatformCases
				.say(String.format("%s: killed %s after %d orders", backend().label(), victim.label(), sent.get()));
			service.start();
		}
		load.join();
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(results().count("payments WHERE order_id LIKE 'kill-%'")).isGreaterThanOrEqualTo(count);
			assertThat(results().count("inventory WHERE order_id LIKE 'kill-%'")).isGreaterThanOrEqualTo(count);
		});
		awaitNoLag();
		assertOncePerOrder("payments.processed", orders);
		assertOncePerOrder("inventory.processed", orders);
		for (String table : List.of("payments", "inventory")) {
			assertThat(results().count(table + " WHERE order_id LIKE 'kill-%'")).isEqualTo(count);
			assertThat(
					results().value("SELECT count(DISTINCT order_id) FROM " + table + " WHERE order_id LIKE 'kill-%'"))
				.isEqualTo(String.valueOf(count));
		}
		assertStockTakenOnce(goods);
		assertNoInventoryResultBeforeItsPayment();
		PlatformCases.say(String.format(
				"%s: %d orders over %d kills: %d payments, %d inventory results, each once in database and streams",
				backend().label(), count, kills, results().count("payments WHERE order_id LIKE 'kill-%'"),
				results().count("inventory WHERE order_id LIKE 'kill-%'")));
	}

	/** What is missing from the stock is what is reserved. */
	private void assertStockTakenOnce(List<Invoice> goods) {
		Set<String> skus = goods.stream()
			.flatMap((invoice) -> invoice.lines().stream())
			.map(RetailFile.Line::sku)
			.collect(Collectors.toCollection(TreeSet::new));
		String list = skus.stream().map((sku) -> "'" + sku + "'").collect(Collectors.joining(","));
		assertThat(inventory().value("SELECT sum(100000000 - available) FROM stock WHERE sku IN (" + list + ")"))
			.isEqualTo(inventory().value("SELECT sum(quantity) FROM reservations WHERE order_id LIKE 'kill-%'"));
	}

	@Test
	@Order(9)
	default void managementSaysHowItIsOnItsOwnPortOnly() throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		for (ServiceName name : ServiceName.ofStreams()) {
			ServiceInstance service = platform().service(name);
			String health = get(http, service.managementUrl() + "/health").body();
			assertThat(health).contains("\"status\":\"UP\"").contains("\"streamBackend\"").contains("\"processors\"");
			assertThat(get(http, service.managementUrl() + "/health/liveness").body()).contains("UP")
				.doesNotContain("streamBackend");
			assertThat(get(http, service.managementUrl() + "/prometheus").body()).contains("doab_handler_seconds_count")
				.contains("doab_processor_running");
			assertThat(get(http, service.managementUrl() + "/streams").body())
				.contains("\"name\":\"" + backend().label() + "\"")
				.contains("\"state\":\"RUNNING\"")
				.contains("\"partitions\":");
			assertThat(get(http, service.url() + "/actuator/health").statusCode()).isIn(401, 404);
			assertThat(get(http, service.url() + "/actuator/streams").statusCode()).isIn(401, 404);
		}
		for (ServiceName withDatabase : List.of(ServiceName.INVENTORY, ServiceName.DESTINATIONS)) {
			assertThat(get(http, platform().service(withDatabase).managementUrl() + "/health").body())
				.contains("\"db\"");
		}
	}

	private static HttpResponse<String> get(HttpClient http, String url) throws Exception {
		return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
	}

	@Test
	@Order(10)
	default void whatWasAcceptedBeforeTheBackendWentAwayIsNotLost() throws Exception {
		List<Invoice> goods = PlatformCases.orders(1);
		shop().stock(ShopRequests.stock(goods, 1_000_000));
		List<String> orders = IntStream.range(0, 100).mapToObj((i) -> "outage-" + i).toList();
		PlatformCases.inParallel(orders, 8, (orderId) -> {
			shop().pay(PlatformCases.paidBy(orderId, goods.getFirst()), orderId, ShopRequests.goodCard(orderId));
			shop().reserve(goods.getFirst(), orderId);
		});
		platform().stopBackend();
		HttpResponse<String> refused = post(Shop.JSON,
				ShopRequests.payment(goods.getFirst(), "while-away", ShopRequests.GOOD_CARD));
		PlatformCases.assertProblem(refused, 503, "not known to be stored");
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		HttpClient http = HttpClient.newHttpClient();
		ServiceInstance payment = platform().service(ServiceName.PAYMENT);
		assertThat(get(http, payment.managementUrl() + "/health").statusCode()).isEqualTo(503);
		assertThat(get(http, payment.managementUrl() + "/health/liveness").statusCode()).isEqualTo(200);
		platform().startBackend();
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(results().count("payments WHERE order_id LIKE 'outage-%'")).isEqualTo(100);
			assertThat(results().count("inventory WHERE order_id LIKE 'outage-%'")).isEqualTo(100);
		});
		assertOncePerOrder("payments.processed", orders);
		assertOncePerOrder("inventory.processed", orders);
		PlatformCases.eventually().until(() -> platform().services().stream().allMatch(ServiceInstance::isHealthy));
	}

	@Test
	@Order(20)
	default void aDestinationThatIsSlowDownOrWrongHoldsUpNoOther() {
		awaitNoLag();
		PlatformCases.say(backend().label() + ": "
				+ new DestinationFaults(shop(), streams(), results(), peers(), "faults").run(Duration.ofSeconds(8)));
	}

}
