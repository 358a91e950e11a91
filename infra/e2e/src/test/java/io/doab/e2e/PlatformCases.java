package io.doab.e2e;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import io.doab.e2e.Streams.StoredEvent;
import io.doab.local.Backend;
import io.doab.local.LocalPlatform;
import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceName;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the cases of a platform share. They share the platform as well: it takes half a
 * minute to start. Each has orders of its own.
 */
interface PlatformCases {

	String INSUFFICIENT = "4000000000009995";

	String FRAUD = "4100000000000019";

	String BAD_LUHN = "4242424242424241";

	Duration PATIENCE = Duration.ofSeconds(90);

	TestedPlatform tested();

	default Backend backend() {
		return tested().backend();
	}

	default LocalPlatform platform() {
		return tested().platform();
	}

	default Shop shop() {
		return tested().shop();
	}

	default Streams streams() {
		return tested().streams();
	}

	default Database results() {
		return tested().results();
	}

	default Database inventory() {
		return tested().inventory();
	}

	default Peers peers() {
		return tested().peers();
	}

	default List<String> types(String table, String orderId) {
		return column(table, "type", orderId);
	}

	default List<String> reasons(String table, String orderId) {
		return column(table, "reason", orderId).stream().filter((reason) -> !reason.equals("null")).toList();
	}

	private List<String> column(String table, String column, String orderId) {
		return results()
			.query("SELECT " + column + " AS c FROM " + table + " WHERE order_id = '" + orderId
					+ "' ORDER BY occurred_at")
			.stream()
			.map((row) -> String.valueOf(row.get("c")))
			.toList();
	}

	default HttpResponse<String> post(String contentType, String body) {
		return shop().post(ServiceName.PAYMENT, "/payments", contentType, body, null);
	}

	static void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/problem+json");
		assertThat(response.body()).contains("\"status\":" + status).contains(detail);
	}

	default void assertOncePerOrder(String stream, Collection<String> orders) {
		List<StoredEvent> events = streams().read(stream);
		assertThat(events.stream().map(StoredEvent::id)).doesNotHaveDuplicates();
		List<String> ofThese = events.stream().map(StoredEvent::key).filter(Set.copyOf(orders)::contains).toList();
		assertThat(ofThese).hasSize(orders.size()).doesNotHaveDuplicates();
	}

	default void assertNoInventoryResultBeforeItsPayment() {
		assertThat(results().query("""
				SELECT i.order_id FROM inventory i
				WHERE i.reason IS DISTINCT FROM 'payment_timeout'
				  AND NOT EXISTS (SELECT 1 FROM payments p
				                  WHERE p.order_id = i.order_id AND p.occurred_at <= i.occurred_at)""")).isEmpty();
	}

	default void assertDelivered() {
		eventually().pollInterval(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(Deliveries.problems(streams(), results(), peers())).isEmpty());
	}

	default void awaitNoLag() {
		eventually().untilAsserted(() -> {
			// In the order of an event's way: what was behind is not in front any more.
			assertThat(streams().lag("payment-service", "payments")).isZero();
			assertThat(streams().lag("payment-fraud-by-card", "payments.fraud-by-card")).isZero();
			assertThat(streams().lag("payment-fraud-by-customer", "payments.fraud-by-customer")).isZero();
			assertThat(streams().lag("payment-service", "payments.fraud-verdicts")).isZero();
			assertThat(streams().lag("inventory-service", "inventory")).isZero();
			assertThat(streams().lag("inventory-service", "payments.processed")).isZero();
			assertThat(streams().lag("payment-service", "inventory.processed")).isZero();
			assertThat(streams().lag("destination-database", "payments.processed")).isZero();
			assertThat(streams().lag("destination-database", "inventory.processed")).isZero();
		});
	}

	/** The same goods, bought by somebody who buys nothing else. */
	static Invoice paidBy(String customer, Invoice goods) {
		return new Invoice(goods.id(), "customer-" + customer, goods.country(), goods.lines());
	}

	/** Ordinary orders of the slice. */
	static List<Invoice> orders(int count) {
		return RetailFile.slice().stream().filter((invoice) -> !invoice.isReturn()).limit(count).toList();
	}

	static <T> void inParallel(List<T> items, int threads, Consumer<T> task) {
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			List<CompletableFuture<Void>> all = items.stream()
				.map((item) -> CompletableFuture.runAsync(() -> task.accept(item), executor))
				.toList();
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
		}
	}

	static ConditionFactory eventually() {
		return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
	}

	static void say(String line) {
		System.out.println("[e2e] " + line);
	}

}
