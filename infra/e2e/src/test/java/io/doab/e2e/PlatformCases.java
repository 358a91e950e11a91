package io.doab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.contract.EventContract;
import io.doab.e2e.Streams.StoredEvent;
import io.doab.local.Backend;
import io.doab.local.LocalOptions;
import io.doab.local.LocalPlatform;
import io.doab.local.LocalSettings;
import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceInstance;
import io.doab.local.ServiceName;
import io.doab.local.ShopRequests;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the platform promises, from REST to the database, on one backend. The cases share
 * one platform: it takes half a minute to start. Each has orders of its own; the last
 * searches all that the others left behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class PlatformCases {

	private static final String INSUFFICIENT = "4000000000009995";

	private static final String FRAUD = "4100000000000019";

	private static final String BAD_LUHN = "4242424242424241";

	private static final Set<String> CARDS = Set.of(ShopRequests.GOOD_CARD, INSUFFICIENT, FRAUD, BAD_LUHN,
			"5555555555554444", "378282246310005");

	/** The cards of {@link ShopRequests#goodCard}. */
	private static final Pattern ORDERS_CARD = Pattern.compile("424242\\d{6}4242");

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Backend backend;

	private LocalPlatform platform;

	private Shop shop;

	private Streams streams;

	private Database results;

	private Database inventory;

	private Peers peers;

	@SuppressWarnings("NullAway.Init") // set before all cases
	PlatformCases(Backend backend) {
		this.backend = backend;
	}

	abstract Streams streams(LocalPlatform platform);

	@BeforeAll
	void start() {
		long began = System.nanoTime();
		this.platform = new LocalPlatform(LocalOptions.of(this.backend), LocalSettings.onFreePorts(),
				Path.of(System.getProperty("doab.root")), (line) -> say(line));
		try {
			this.platform.start();
		}
		catch (RuntimeException ex) {
			// Nobody stops what did not start.
			this.platform.close();
			throw ex;
		}
		this.shop = new Shop(this.platform);
		this.streams = streams(this.platform);
		this.results = new Database(this.platform, "destinations");
		this.inventory = new Database(this.platform, "inventory");
		this.peers = new Peers(this.platform);
		say("all is up after " + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
	}

	@AfterAll
	void stop() {
		this.streams.close();
		this.platform.close();
	}

	@Test
	@Order(1)
	void everyInvoiceAndEveryLogLineArrivesOnceAndToThePenny() {
		RealInput input = RealInput.load();
		this.shop.stock(ShopRequests.stock(input.invoices(), 100_000_000));
		long began = System.nanoTime();
		inParallel(input.invoices(), 8, (invoice) -> {
			this.shop.reserve(invoice, invoice.id());
			this.shop.pay(invoice, invoice.id(), ShopRequests.goodCard(invoice.id()));
		});
		HttpResponse<String> logged = this.shop.postUntilAccepted(ServiceName.WEB_EVENTS, "/web-events", "text/plain",
				String.join("\n", input.logLines()), "access-log");
		int lines = input.logLines().size() - 1;
		assertThat(logged.statusCode()).as(logged.body()).isEqualTo(202);
		assertThat(logged.body()).contains("\"accepted\":" + lines)
			.contains("\"rejected\":1")
			.contains("\"line\":" + input.brokenLine())
			.contains("closing quote");

		int invoices = input.invoices().size();
		eventually().untilAsserted(() -> {
			assertThat(this.results.count("payments")).isGreaterThanOrEqualTo(invoices);
			assertThat(this.results.count("inventory")).isGreaterThanOrEqualTo(invoices);
			assertThat(this.results.count("web_events")).isGreaterThanOrEqualTo(lines);
		});
		say(String.format(
				"%s: %,d invoices and %,d log lines after %.1f s: %,d payments, %,d inventory, %,d web_events",
				this.backend.label(), invoices, lines, (System.nanoTime() - began) / 1e9,
				this.results.count("payments"), this.results.count("inventory"), this.results.count("web_events")));
		assertThat(this.results.count("payments")).isEqualTo(invoices);
		assertThat(this.results.count("inventory")).isEqualTo(invoices);
		assertThat(this.results.count("web_events")).isEqualTo(lines);
		input.invoices().forEach(this::assertReconciled);
		BigDecimal total = input.invoices().stream().map(Invoice::total).reduce(BigDecimal.ZERO, BigDecimal::add);
		assertThat(new BigDecimal(this.results.value("SELECT sum(amount) FROM payments"))).isEqualByComparingTo(total);
		say(String.format("%s: %s GBP in the file and in the database", this.backend.label(), total));
		assertOncePerOrder("payments.processed", input.invoices().stream().map(Invoice::id).toList());
		assertOncePerOrder("inventory.processed", input.invoices().stream().map(Invoice::id).toList());
		assertNoInventoryResultBeforeItsPayment();
		assertDelivered();
	}

	private void assertReconciled(Invoice invoice) {
		Map<String, @Nullable String> payment = this.results
			.query("SELECT type, amount, currency, customer_id, card_last4 FROM payments WHERE order_id = '"
					+ invoice.id() + "'")
			.getFirst();
		assertThat(payment.get("type")).as(invoice.id())
			.isEqualTo(invoice.isReturn() ? "payment.refunded" : "payment.authorized");
		assertThat(new BigDecimal(payment.get("amount"))).as(invoice.id()).isEqualByComparingTo(invoice.total());
		assertThat(payment.get("customer_id")).as(invoice.id()).isEqualTo(invoice.customer());
		assertThat(payment).containsEntry("currency", "GBP").containsEntry("card_last4", "4242");
		Map<String, @Nullable String> reserved = this.results
			.query("SELECT type, jsonb_array_length(lines) AS lines FROM inventory WHERE order_id = '" + invoice.id()
					+ "'")
			.getFirst();
		assertThat(reserved).containsEntry("type", invoice.isReturn() ? "inventory.returned" : "inventory.reserved")
			.containsEntry("lines", String.valueOf(invoice.lines().size()));
	}

	private void assertOncePerOrder(String stream, Collection<String> orders) {
		List<StoredEvent> events = this.streams.read(stream);
		assertThat(events.stream().map(StoredEvent::id)).doesNotHaveDuplicates();
		List<String> ofThese = events.stream().map(StoredEvent::key).filter(Set.copyOf(orders)::contains).toList();
		assertThat(ofThese).hasSize(orders.size()).doesNotHaveDuplicates();
	}

	private void assertNoInventoryResultBeforeItsPayment() {
		assertThat(this.results.query("""
				SELECT i.order_id FROM inventory i
				WHERE i.reason IS DISTINCT FROM 'payment_timeout'
				  AND NOT EXISTS (SELECT 1 FROM payments p
				                  WHERE p.order_id = i.order_id AND p.occurred_at <= i.occurred_at)""")).isEmpty();
	}

	@Test
	@Order(2)
	void anOrderEndsAsItsPaymentDoesWhicheverComesFirst() {
		List<Invoice> goods = orders(1);
		Invoice order = goods.getFirst();
		this.shop.stock(ShopRequests.stock(goods, 1_000_000));
		this.shop.pay(order, "first-paid", ShopRequests.GOOD_CARD);
		this.shop.reserve(order, "then-paid");
		eventually().until(() -> types("payments", "first-paid").equals(List.of("payment.authorized")));
		this.shop.reserve(order, "first-paid");
		this.shop.pay(order, "then-paid", ShopRequests.GOOD_CARD);
		Map<String, String> declined = Map.of("no-money", INSUFFICIENT, "looks-like-fraud", FRAUD, "no-such-card",
				BAD_LUHN);
		declined.forEach((orderId, card) -> {
			this.shop.reserve(order, orderId);
			this.shop.pay(order, orderId, card);
		});
		eventually().untilAsserted(() -> {
			assertThat(types("inventory", "first-paid")).containsExactly("inventory.reserved");
			assertThat(types("inventory", "then-paid")).containsExactly("inventory.reserved");
			declined.keySet().forEach((orderId) -> {
				assertThat(types("payments", orderId)).containsExactly("payment.declined");
				assertThat(types("inventory", orderId)).containsExactly("inventory.rejected");
				assertThat(reasons("inventory", orderId)).containsExactly("payment_declined");
			});
		});
		assertThat(reasons("payments", "no-money")).containsExactly("insufficient_funds");
		assertThat(reasons("payments", "looks-like-fraud")).containsExactly("fraud_suspected");
		assertThat(reasons("payments", "no-such-card")).containsExactly("card_invalid");
		assertNoInventoryResultBeforeItsPayment();
	}

	@Test
	@Order(3)
	void aPaidOrderThatCannotBeReservedIsRefundedOnce() {
		Invoice order = orders(1).getFirst();
		Invoice unknown = new Invoice("x", null, "UK",
				List.of(new RetailFile.Line("NO-SUCH-SKU", 1, new BigDecimal("2.50"))));
		Invoice scarce = new Invoice("y", null, "UK",
				List.of(new RetailFile.Line("SCARCE", 3, new BigDecimal("4.10")), order.lines().getFirst()));
		this.shop.stock("{\"sku\":\"SCARCE\",\"available\":2}\n" + ShopRequests.stock(List.of(order), 1_000));
		this.shop.pay(unknown, "unknown-goods", ShopRequests.GOOD_CARD);
		this.shop.reserve(unknown, "unknown-goods");
		this.shop.pay(scarce, "scarce-goods", ShopRequests.GOOD_CARD);
		this.shop.reserve(scarce, "scarce-goods");
		eventually().untilAsserted(() -> {
			assertThat(types("payments", "unknown-goods")).containsExactlyInAnyOrder("payment.authorized",
					"payment.refunded");
			assertThat(types("payments", "scarce-goods")).containsExactlyInAnyOrder("payment.authorized",
					"payment.refunded");
		});
		assertThat(reasons("inventory", "unknown-goods")).containsExactly("unknown_sku");
		assertThat(reasons("inventory", "scarce-goods")).containsExactly("out_of_stock");
		assertThat(this.results
			.value("SELECT amount FROM payments WHERE order_id = 'scarce-goods' AND type = " + "'payment.refunded'"))
			.startsWith(scarce.total().toPlainString());
		// All of an order is reserved or none of it.
		assertThat(this.inventory.value("SELECT available FROM stock WHERE sku = 'SCARCE'")).isEqualTo("2");
		assertThat(this.inventory.count("reservations WHERE order_id = 'scarce-goods'")).isZero();
	}

	@Test
	@Order(3)
	void whatCannotBeDoneBesideGoodsThatAreReservedRefundsNothing() {
		Invoice order = orders(1).getFirst();
		this.shop.stock("{\"sku\":\"RARE\",\"available\":2}\n" + ShopRequests.stock(List.of(order), 1_000));
		this.shop.pay(order, "keeps-payment", ShopRequests.GOOD_CARD);
		this.shop.reserve(order, "keeps-payment");
		eventually().until(() -> types("inventory", "keeps-payment").equals(List.of("inventory.reserved")));
		inventory("keeps-payment", "return", "NO-SUCH-SKU", 1);
		inventory("keeps-payment", "reserve", "RARE", 3);
		eventually().untilAsserted(() -> assertThat(reasons("inventory", "keeps-payment"))
			.containsExactlyInAnyOrder("unknown_sku", "out_of_stock"));
		awaitNoLag();
		assertThat(types("payments", "keeps-payment")).containsExactly("payment.authorized");
	}

	private void inventory(String orderId, String type, String sku, int quantity) {
		HttpResponse<String> response = this.shop.post(ServiceName.INVENTORY, "/inventory", Shop.JSON,
				String.format("{\"orderId\":\"%s\",\"type\":\"%s\",\"lines\":[{\"sku\":\"%s\",\"quantity\":%d}]}",
						orderId, type, sku, quantity),
				null);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
	}

	@Test
	@Order(3)
	void theTwentyFirstChargeOfACardWithinAMinuteIsSuspectedWhateverItsOrder() {
		Invoice order = orders(1).getFirst();
		List<String> orderIds = IntStream.rangeClosed(1, 21).mapToObj((i) -> "fast-" + i).toList();
		String card = ShopRequests.goodCard("somebody fast");
		orderIds.forEach((orderId) -> this.shop.pay(paidBy(orderId, order), orderId, card));
		eventually().untilAsserted(
				() -> assertThat(orderIds.stream().flatMap((orderId) -> types("payments", orderId).stream()).toList())
					.hasSize(21));
		assertThat(orderIds.stream().flatMap((orderId) -> reasons("payments", orderId).stream()).toList())
			.containsExactly("fraud_suspected");
		StoredEvent suspected = this.streams.read("payments.processed")
			.stream()
			.filter((event) -> event.key().startsWith("fast-") && event.type().equals("payment.declined"))
			.findFirst()
			.orElseThrow();
		assertThat(suspected.data()).contains("\"rule\":\"card_velocity\"");
	}

	@Test
	@Order(4)
	void anOrderThatIsNotPaidInTimeIsRejectedAndRefundedWhenItIsPaidLate() {
		Invoice order = orders(1).getFirst();
		ServiceInstance service = this.platform.service(ServiceName.INVENTORY);
		service.stop();
		service.start(Map.of("INVENTORY_PAYMENT_TIMEOUT", "3s"));
		eventually().until(service::isHealthy);
		this.shop.reserve(order, "never-paid");
		this.shop.reserve(order, "paid-late");
		String sku = order.lines().getFirst().sku();
		inventory("returned-unpaid", "return", sku, 1);
		eventually().untilAsserted(() -> {
			assertThat(reasons("inventory", "never-paid")).containsExactly("payment_timeout");
			assertThat(reasons("inventory", "paid-late")).containsExactly("payment_timeout");
			assertThat(reasons("inventory", "returned-unpaid")).containsExactly("payment_timeout");
		});
		// The order has given up: what comes now would be for a charge that is given
		// back.
		inventory("paid-late", "reserve", sku, 1);
		this.shop.pay(order, "returned-unpaid", ShopRequests.GOOD_CARD);
		this.shop.pay(order, "paid-late", ShopRequests.GOOD_CARD);
		// Paid before it is reserved, not within three seconds of that.
		eventually().untilAsserted(
				() -> assertThat(types("payments", "returned-unpaid")).containsExactly("payment.authorized"));
		awaitNoLag();
		this.shop.reserve(order, "returned-unpaid");
		eventually().untilAsserted(() -> assertThat(types("payments", "paid-late"))
			.containsExactlyInAnyOrder("payment.authorized", "payment.refunded"));
		assertThat(reasons("payments", "paid-late")).contains("payment_timeout");
		assertThat(types("payments", "never-paid")).isEmpty();
		eventually().untilAsserted(() -> {
			assertThat(types("inventory", "paid-late")).containsExactly("inventory.rejected", "inventory.rejected");
			assertThat(types("inventory", "returned-unpaid")).containsExactly("inventory.rejected",
					"inventory.reserved");
		});
		awaitNoLag();
		assertThat(this.inventory.count("reservations WHERE order_id = 'paid-late'")).isZero();
		assertThat(types("payments", "returned-unpaid")).containsExactly("payment.authorized");
		service.stop();
		service.start();
		eventually().until(service::isHealthy);
	}

	@Test
	@Order(5)
	void killingAnyServiceInTheMiddleOfTheLoadLosesAndDoublesNothing() {
		List<Invoice> goods = orders(60);
		this.shop.stock(ShopRequests.stock(goods, 100_000_000));
		List<String> orders = new ArrayList<>();
		AtomicInteger sent = new AtomicInteger();
		int perKill = 100;
		int count = perKill * (ServiceName.ofStreams().size() + 1);
		for (int i = 0; i < count; i++) {
			orders.add("kill-" + i);
		}
		CompletableFuture<Void> load = CompletableFuture.runAsync(() -> inParallel(orders, 4, (orderId) -> {
			int number = sent.getAndIncrement();
			Invoice invoice = goods.get(number % goods.size());
			this.shop.reserve(invoice, orderId);
			this.shop.pay(paidBy(orderId, invoice), orderId,
					(number % 100 == 0) ? INSUFFICIENT : ShopRequests.goodCard(orderId));
		}));
		int kills = 0;
		for (ServiceName victim : ServiceName.ofStreams()) {
			int from = perKill * ++kills;
			eventually().pollInterval(Duration.ofMillis(20)).until(() -> sent.get() >= from || load.isDone());
			ServiceInstance service = this.platform.service(victim);
			service.kill();
			say(String.format("%s: killed %s after %d orders", this.backend.label(), victim.label(), sent.get()));
			service.start();
		}
		load.join();
		eventually().untilAsserted(() -> {
			assertThat(this.results.count("payments WHERE order_id LIKE 'kill-%'")).isGreaterThanOrEqualTo(count);
			assertThat(this.results.count("inventory WHERE order_id LIKE 'kill-%'")).isGreaterThanOrEqualTo(count);
		});
		awaitNoLag();
		assertOncePerOrder("payments.processed", orders);
		assertOncePerOrder("inventory.processed", orders);
		for (String table : List.of("payments", "inventory")) {
			assertThat(this.results.count(table + " WHERE order_id LIKE 'kill-%'")).isEqualTo(count);
			assertThat(this.results
				.value("SELECT count(DISTINCT order_id) FROM " + table + " WHERE order_id LIKE 'kill-%'"))
				.isEqualTo(String.valueOf(count));
		}
		assertStockTakenOnce(goods);
		assertNoInventoryResultBeforeItsPayment();
		say(String.format(
				"%s: %d orders over %d kills: %d payments, %d inventory results, each once in database and streams",
				this.backend.label(), count, kills, this.results.count("payments WHERE order_id LIKE 'kill-%'"),
				this.results.count("inventory WHERE order_id LIKE 'kill-%'")));
	}

	/** What is missing from the stock is what is reserved. */
	private void assertStockTakenOnce(List<Invoice> goods) {
		Set<String> skus = goods.stream()
			.flatMap((invoice) -> invoice.lines().stream())
			.map(RetailFile.Line::sku)
			.collect(Collectors.toCollection(TreeSet::new));
		String list = skus.stream().map((sku) -> "'" + sku + "'").collect(Collectors.joining(","));
		assertThat(this.inventory.value("SELECT sum(100000000 - available) FROM stock WHERE sku IN (" + list + ")"))
			.isEqualTo(this.inventory.value("SELECT sum(quantity) FROM reservations WHERE order_id LIKE 'kill-%'"));
	}

	private void awaitNoLag() {
		eventually().untilAsserted(() -> {
			// In the order of an event's way: what was behind is not in front any more.
			assertThat(this.streams.lag("payment-service", "payments")).isZero();
			assertThat(this.streams.lag("payment-fraud-by-card", "payments.fraud-by-card")).isZero();
			assertThat(this.streams.lag("payment-fraud-by-customer", "payments.fraud-by-customer")).isZero();
			assertThat(this.streams.lag("payment-service", "payments.fraud-verdicts")).isZero();
			assertThat(this.streams.lag("inventory-service", "inventory")).isZero();
			assertThat(this.streams.lag("inventory-service", "payments.processed")).isZero();
			assertThat(this.streams.lag("payment-service", "inventory.processed")).isZero();
			assertThat(this.streams.lag("destination-database", "payments.processed")).isZero();
			assertThat(this.streams.lag("destination-database", "inventory.processed")).isZero();
		});
	}

	@Test
	@Order(6)
	void oneIdempotencyKeyIsOneEvent() {
		Invoice order = orders(1).getFirst();
		String body = ShopRequests.payment(order, "same-key", ShopRequests.GOOD_CARD);
		HttpResponse<String> first = this.shop.post(ServiceName.PAYMENT, "/payments", Shop.JSON, body, "one-key");
		HttpResponse<String> second = this.shop.post(ServiceName.PAYMENT, "/payments", Shop.JSON, body, "one-key");
		assertThat(first.statusCode()).isEqualTo(202);
		assertThat(second.statusCode()).isEqualTo(202);
		assertThat(eventId(second)).isEqualTo(eventId(first));
		HttpResponse<String> other = this.shop.post(ServiceName.PAYMENT, "/payments", Shop.JSON,
				ShopRequests.payment(order, "another-order", ShopRequests.GOOD_CARD), "one-key");
		assertThat(other.statusCode()).isEqualTo(422);
		assertThat(other.body()).contains("was used with another body");
		this.shop.pay(order, "same-key-follows", ShopRequests.GOOD_CARD);
		eventually().until(() -> !types("payments", "same-key-follows").isEmpty());
		awaitNoLag();
		assertThat(types("payments", "same-key")).containsExactly("payment.authorized");
		assertThat(types("payments", "another-order")).isEmpty();
	}

	private static String eventId(HttpResponse<String> response) {
		return response.body().replaceFirst(".*\"eventId\":\"([^\"]+)\".*", "$1");
	}

	@Test
	@Order(7)
	void badInputIsAnsweredAsTheContractSays() throws Exception {
		String good = ShopRequests.payment(orders(1).getFirst(), "never-stored", ShopRequests.GOOD_CARD);
		assertProblem(post(Shop.JSON, "{not json"), 400, "The body is not JSON: line 1, column 2");
		assertProblem(post(Shop.JSON, ""), 400, "empty");
		assertProblem(post(Shop.JSON, "[1,2]"), 422, "must be a JSON object");
		HttpResponse<String> missing = post(Shop.JSON, "{}");
		assertProblem(missing, 422, "\"pointer\":\"/orderId\"");
		assertThat(missing.body()).contains("\"pointer\":\"/amount\"");
		HttpResponse<String> wrong = post(Shop.JSON, """
				{"orderId": 7, "type": "gift", "amount": {"value": 12.5, "currency": "GBP"},
				 "card": {"number": "4242", "expiry": "2030-13"}}""");
		assertProblem(wrong, 422, "{\"pointer\":\"/orderId\",\"detail\":\"must be a string\"}");
		assertThat(wrong.body()).contains("{\"pointer\":\"/type\",\"detail\":\"must be one of charge, refund\"}")
			.contains("{\"pointer\":\"/amount/value\",\"detail\":\"must be a string\"}")
			.contains("{\"pointer\":\"/card/number\",\"detail\":\"must be 12 to 19 digits\"}")
			.contains("\"pointer\":\"/card/expiry\"")
			.doesNotContain("4242");
		assertProblem(post(Shop.JSON, good.replaceFirst("\"value\":\"[^\"]*\"", "\"value\":\"1.005\"")), 422,
				"has more decimals than GBP, which has 2");
		assertProblem(post(Shop.JSON, "{\"orderId\":\"" + "x".repeat(1024 * 1024) + "\"}"), 413,
				"larger than 262144 bytes");
		assertProblem(post("application/xml", "<order/>"), 415, "Content-Type must be application/json");
		assertProblem(post("text/plain", "an order, please"), 415, "Content-Type must be application/json");
		assertProblem(postWithToken(good, "wrong"), 401, "missing or wrong");
		assertProblem(postWithToken(good, null), 401, "missing or wrong");
		HttpResponse<String> lines = post(Shop.NDJSON,
				good.replace("never-stored", "line-one") + "\nnot json\n\n" + "{\"orderId\":\"x\"}\n"
						+ "y".repeat(300_000) + "\n" + good.replace("never-stored", "line-six") + "\n");
		assertThat(lines.statusCode()).isEqualTo(202);
		assertThat(lines.body()).contains("\"accepted\":2")
			.contains("\"rejected\":3")
			.contains("{\"line\":2,\"reason\":\"The body is not JSON")
			.contains("{\"line\":4,\"reason\":\"/amount must not be null\"}")
			.contains("{\"line\":5,\"reason\":\"is larger than 262144 bytes\"}");
		eventually().untilAsserted(() -> {
			assertThat(types("payments", "line-one")).containsExactly("payment.authorized");
			assertThat(types("payments", "line-six")).containsExactly("payment.authorized");
		});
		assertThat(types("payments", "never-stored")).isEmpty();
	}

	@Test
	@Order(7)
	void numbersThatAreNoneOfOursAreFieldsThatAreWrong() {
		for (String quantity : List.of("99999999999", "2.9", "1e30")) {
			String request = "{\"orderId\":\"never-stored\",\"lines\":[{\"sku\":\"A\",\"quantity\":" + quantity + "}]}";
			assertProblem(this.shop.post(ServiceName.INVENTORY, "/inventory", Shop.JSON, request, null), 422,
					"\"pointer\":\"/lines/0/quantity\"");
		}
		String good = ShopRequests.payment(orders(1).getFirst(), "never-stored", ShopRequests.GOOD_CARD);
		for (String type : List.of("1", ShopRequests.GOOD_CARD)) {
			assertProblem(post(Shop.JSON, good.replace("\"charge\"", type)), 422, "\"pointer\":\"/type\"");
		}
		HttpResponse<String> lines = this.shop.post(ServiceName.INVENTORY, "/stock", Shop.NDJSON, """
				{"sku":"NUMBERS","available":1}
				{"sku":"NUMBERS","available":1e30}
				{"sku":"NUMBERS","available":99999999999999999999}
				{"sku":"NUMBERS","available":2}
				""", null);
		assertThat(lines.statusCode()).isEqualTo(200);
		assertThat(lines.body()).contains("\"accepted\":2").contains("\"rejected\":2");
		assertThat(this.inventory.value("SELECT available FROM stock WHERE sku = 'NUMBERS'")).isEqualTo("2");
	}

	@Test
	@Order(7)
	void whatIsStoredIsAnsweredInJsonWhateverTheClientLikes() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(this.shop.url(ServiceName.PAYMENT, "/payments"))
			.header("Authorization", "Bearer " + this.platform.apiToken())
			.header("Content-Type", Shop.JSON)
			.header("Accept", "text/plain")
			.POST(HttpRequest.BodyPublishers
				.ofString(ShopRequests.payment(orders(1).getFirst(), "likes-text", ShopRequests.GOOD_CARD)))
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(Shop.JSON);
	}

	private static void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/problem+json");
		assertThat(response.body()).contains("\"status\":" + status).contains(detail);
	}

	private HttpResponse<String> post(String contentType, String body) {
		return this.shop.post(ServiceName.PAYMENT, "/payments", contentType, body, null);
	}

	private HttpResponse<String> postWithToken(String body, @Nullable String token) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.shop.url(ServiceName.PAYMENT, "/payments"))
			.header("Content-Type", Shop.JSON)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Test
	@Order(8)
	void cloudEventsAreTakenInBothModes() throws Exception {
		Invoice order = orders(1).getFirst();
		String data = ShopRequests.payment(order, "cloud-structured", ShopRequests.GOOD_CARD);
		String structured = "{\"specversion\":\"1.0\",\"id\":\"ce-1\",\"source\":\"/shop\",\"type\":\"order.paid\",\"data\":"
				+ data + "}";
		for (int i = 0; i < 2; i++) {
			assertThat(post("application/cloudevents+json", structured).statusCode()).isEqualTo(202);
		}
		assertProblem(post("application/cloudevents+json", "{\"specversion\":\"1.0\",\"data\":{}}"), 422, "\"/id\"");
		assertProblem(post("application/cloudevents+json", structured.replace("order.paid", "payment.refund")), 422,
				"\"pointer\":\"/type\"");
		// A sender cannot turn back the time at which a card expires.
		assertThat(post("application/cloudevents+json",
				structured.replace("ce-1", "ce-3")
					.replace("cloud-structured", "cloud-expired")
					.replace("2039-12", "2020-01")
					.replace("\"type\":\"order.paid\"", "\"type\":\"order.paid\",\"time\":\"2001-01-01T00:00:00Z\""))
			.statusCode()).isEqualTo(202);
		HttpRequest binary = HttpRequest.newBuilder(this.shop.url(ServiceName.PAYMENT, "/payments"))
			.header("Authorization", "Bearer " + this.platform.apiToken())
			.header("Content-Type", Shop.JSON)
			.header("ce-specversion", "1.0")
			.header("ce-id", "ce-2")
			.header("ce-source", "/shop")
			.header("ce-type", "order.paid")
			.POST(HttpRequest.BodyPublishers.ofString(data.replace("cloud-structured", "cloud-binary")))
			.build();
		assertThat(HttpClient.newHttpClient().send(binary, HttpResponse.BodyHandlers.ofString()).statusCode())
			.isEqualTo(202);
		eventually().untilAsserted(() -> {
			assertThat(types("payments", "cloud-structured")).containsExactly("payment.authorized");
			assertThat(types("payments", "cloud-binary")).containsExactly("payment.authorized");
			assertThat(reasons("payments", "cloud-expired")).containsExactly("card_expired");
		});
	}

	@Test
	@Order(9)
	void managementSaysHowItIsOnItsOwnPortOnly() throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		for (ServiceName name : ServiceName.ofStreams()) {
			ServiceInstance service = this.platform.service(name);
			String health = get(http, service.managementUrl() + "/health").body();
			assertThat(health).contains("\"status\":\"UP\"").contains("\"streamBackend\"").contains("\"processors\"");
			assertThat(get(http, service.managementUrl() + "/health/liveness").body()).contains("UP")
				.doesNotContain("streamBackend");
			assertThat(get(http, service.managementUrl() + "/prometheus").body()).contains("doab_handler_seconds_count")
				.contains("doab_processor_running");
			assertThat(get(http, service.managementUrl() + "/streams").body())
				.contains("\"name\":\"" + this.backend.label() + "\"")
				.contains("\"state\":\"RUNNING\"")
				.contains("\"partitions\":");
			assertThat(get(http, service.url() + "/actuator/health").statusCode()).isIn(401, 404);
			assertThat(get(http, service.url() + "/actuator/streams").statusCode()).isIn(401, 404);
		}
		for (ServiceName withDatabase : List.of(ServiceName.INVENTORY, ServiceName.DESTINATIONS)) {
			assertThat(get(http, this.platform.service(withDatabase).managementUrl() + "/health").body())
				.contains("\"db\"");
		}
	}

	private static HttpResponse<String> get(HttpClient http, String url) throws Exception {
		return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
	}

	@Test
	@Order(10)
	void whatWasAcceptedBeforeTheBackendWentAwayIsNotLost() throws Exception {
		List<Invoice> goods = orders(1);
		this.shop.stock(ShopRequests.stock(goods, 1_000_000));
		List<String> orders = IntStream.range(0, 100).mapToObj((i) -> "outage-" + i).toList();
		inParallel(orders, 8, (orderId) -> {
			this.shop.pay(paidBy(orderId, goods.getFirst()), orderId, ShopRequests.goodCard(orderId));
			this.shop.reserve(goods.getFirst(), orderId);
		});
		this.platform.stopBackend();
		HttpResponse<String> refused = post(Shop.JSON,
				ShopRequests.payment(goods.getFirst(), "while-away", ShopRequests.GOOD_CARD));
		assertProblem(refused, 503, "not known to be stored");
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		HttpClient http = HttpClient.newHttpClient();
		ServiceInstance payment = this.platform.service(ServiceName.PAYMENT);
		assertThat(get(http, payment.managementUrl() + "/health").statusCode()).isEqualTo(503);
		assertThat(get(http, payment.managementUrl() + "/health/liveness").statusCode()).isEqualTo(200);
		this.platform.startBackend();
		eventually().untilAsserted(() -> {
			assertThat(this.results.count("payments WHERE order_id LIKE 'outage-%'")).isEqualTo(100);
			assertThat(this.results.count("inventory WHERE order_id LIKE 'outage-%'")).isEqualTo(100);
		});
		assertOncePerOrder("payments.processed", orders);
		assertOncePerOrder("inventory.processed", orders);
		eventually().until(() -> this.platform.services().stream().allMatch(ServiceInstance::isHealthy));
	}

	@Test
	@Order(20)
	void aDestinationThatIsSlowDownOrWrongHoldsUpNoOther() {
		awaitNoLag();
		say(this.backend.label() + ": "
				+ new DestinationFaults(this.shop, this.streams, this.results, this.peers, "faults")
					.run(Duration.ofSeconds(8)));
	}

	@Test
	@Order(21)
	void everyDestinationHasWhatTheRoutingTableSaysOnce() {
		awaitNoLag();
		assertDelivered();
		say(String.format("%s: %d results of orders, each once in database, CRM, mail box and webhooks",
				this.backend.label(), Deliveries.events(this.streams)));
	}

	private void assertDelivered() {
		eventually().pollInterval(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(Deliveries.problems(this.streams, this.results, this.peers)).isEmpty());
	}

	@Test
	@Order(99)
	void everyEventIsAsTheContractSays() {
		EventContract contract = EventContract.load();
		AtomicInteger looked = new AtomicInteger();
		contract.types().keySet().forEach((stream) -> this.streams.read(stream).forEach((event) -> {
			looked.incrementAndGet();
			assertThat(contract.problems(stream, event.type(), event.data())).as(event.toString()).isEmpty();
		}));
		assertThat(looked.get()).isGreaterThan(1_000);
	}

	@Test
	@Order(100)
	void noCardNumberIsAnywhere() throws IOException {
		for (String card : CARDS) {
			this.shop.pay(orders(1).getFirst(), "card-" + card.substring(card.length() - 4), card);
		}
		awaitNoLag();
		AtomicInteger looked = new AtomicInteger();
		this.streams.scan((bytes) -> {
			looked.incrementAndGet();
			assertHoldsNoCard("the backend", new String(bytes, StandardCharsets.ISO_8859_1));
		});
		this.results.scan((row) -> assertHoldsNoCard("database destinations", row));
		this.inventory.scan((row) -> assertHoldsNoCard("database inventory", row));
		try (Stream<Path> logs = Files.walk(this.platform.folder().resolve("logs"))) {
			logs.filter(Files::isRegularFile).forEach((log) -> assertHoldsNoCard(log.toString(), text(log)));
		}
		assertThat(looked.get()).isGreaterThan(1_000);
		say(String.format("%s: looked for %d card numbers in %,d keys, fields and records, in all tables and logs",
				this.backend.label(), CARDS.size(), looked.get()));
	}

	private static void assertHoldsNoCard(String where, String text) {
		assertThat(ORDERS_CARD.matcher(text).find()).as("the card number of an order is in %s", where).isFalse();
		for (String card : CARDS) {
			if (text.contains(card)) {
				throw new AssertionError("A card number (" + card.substring(0, 4) + "…) is in " + where);
			}
		}
	}

	private static String text(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// What the cases share.

	/** The same goods, bought by somebody who buys nothing else. */
	private static Invoice paidBy(String customer, Invoice goods) {
		return new Invoice(goods.id(), "customer-" + customer, goods.country(), goods.lines());
	}

	/** Ordinary orders of the slice. */
	private static List<Invoice> orders(int count) {
		return RetailFile.slice().stream().filter((invoice) -> !invoice.isReturn()).limit(count).toList();
	}

	private List<String> types(String table, String orderId) {
		return column(table, "type", orderId);
	}

	private List<String> reasons(String table, String orderId) {
		return column(table, "reason", orderId).stream().filter((reason) -> !reason.equals("null")).toList();
	}

	private List<String> column(String table, String column, String orderId) {
		return this.results
			.query("SELECT " + column + " AS c FROM " + table + " WHERE order_id = '" + orderId
					+ "' ORDER BY occurred_at")
			.stream()
			.map((row) -> String.valueOf(row.get("c")))
			.toList();
	}

	private static <T> void inParallel(List<T> items, int threads, java.util.function.Consumer<T> task) {
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			List<CompletableFuture<Void>> all = items.stream()
				.map((item) -> CompletableFuture.runAsync(() -> task.accept(item), executor))
				.toList();
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
		}
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
	}

	private static void say(String line) {
		System.out.println("[e2e] " + line);
	}

}
