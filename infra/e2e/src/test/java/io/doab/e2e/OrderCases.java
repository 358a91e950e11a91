package io.doab.e2e;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.e2e.Streams.StoredEvent;
import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceInstance;
import io.doab.local.ServiceName;
import io.doab.local.ShopRequests;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of orders, from REST to the database.
 */
interface OrderCases extends PlatformCases {

	@Test
	@Order(1)
	default void everyInvoiceAndEveryLogLineArrivesOnceAndToThePenny() {
		RealInput input = RealInput.load();
		shop().stock(ShopRequests.stock(input.invoices(), 100_000_000));
		long began = System.nanoTime();
		PlatformCases.inParallel(input.invoices(), 8, (invoice) -> {
			shop().reserve(invoice, invoice.id());
			shop().pay(invoice, invoice.id(), ShopRequests.goodCard(invoice.id()));
		});
		HttpResponse<String> logged = shop().postUntilAccepted(ServiceName.WEB_EVENTS, "/web-events", "text/plain",
				String.join("\n", input.logLines()), "access-log");
		int lines = input.logLines().size() - 1;
		assertThat(logged.statusCode()).as(logged.body()).isEqualTo(202);
		assertThat(logged.body()).contains("\"accepted\":" + lines)
			.contains("\"rejected\":1")
			.contains("\"line\":" + input.brokenLine())
			.contains("closing quote");

		int invoices = input.invoices().size();
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(results().count("payments")).isGreaterThanOrEqualTo(invoices);
			assertThat(results().count("inventory")).isGreaterThanOrEqualTo(invoices);
			assertThat(results().count("web_events")).isGreaterThanOrEqualTo(lines);
		});
		PlatformCases.say(String.format(
				"%s: %,d invoices and %,d log lines after %.1f s: %,d payments, %,d inventory, %,d web_events",
				backend().label(), invoices, lines, (System.nanoTime() - began) / 1e9, results().count("payments"),
				results().count("inventory"), results().count("web_events")));
		assertThat(results().count("payments")).isEqualTo(invoices);
		assertThat(results().count("inventory")).isEqualTo(invoices);
		assertThat(results().count("web_events")).isEqualTo(lines);
		input.invoices().forEach(this::assertReconciled);
		BigDecimal total = input.invoices().stream().map(Invoice::total).reduce(BigDecimal.ZERO, BigDecimal::add);
		assertThat(new BigDecimal(results().value("SELECT sum(amount) FROM payments"))).isEqualByComparingTo(total);
		PlatformCases.say(String.format("%s: %s GBP in the file and in the database", backend().label(), total));
		assertOncePerOrder("payments.processed", input.invoices().stream().map(Invoice::id).toList());
		assertOncePerOrder("inventory.processed", input.invoices().stream().map(Invoice::id).toList());
		assertNoInventoryResultBeforeItsPayment();
		assertDelivered();
	}

	private void assertReconciled(Invoice invoice) {
		Map<String, @Nullable String> payment = results()
			.query("SELECT type, amount, currency, customer_id, card_last4 FROM payments WHERE order_id = '"
					+ invoice.id() + "'")
			.getFirst();
		assertThat(payment.get("type")).as(invoice.id())
			.isEqualTo(invoice.isReturn() ? "payment.refunded" : "payment.authorized");
		assertThat(new BigDecimal(payment.get("amount"))).as(invoice.id()).isEqualByComparingTo(invoice.total());
		assertThat(payment.get("customer_id")).as(invoice.id()).isEqualTo(invoice.customer());
		assertThat(payment).containsEntry("currency", "GBP").containsEntry("card_last4", "4242");
		Map<String, @Nullable String> reserved = results()
			.query("SELECT type, jsonb_array_length(lines) AS lines FROM inventory WHERE order_id = '" + invoice.id()
					+ "'")
			.getFirst();
		assertThat(reserved).containsEntry("type", invoice.isReturn() ? "inventory.returned" : "inventory.reserved")
			.containsEntry("lines", String.valueOf(invoice.lines().size()));
	}

	@Test
	@Order(2)
	default void anOrderEndsAsItsPaymentDoesWhicheverComesFirst() {
		List<Invoice> goods = PlatformCases.orders(1);
		Invoice order = goods.getFirst();
		shop().stock(ShopRequests.stock(goods, 1_000_000));
		shop().pay(order, "first-paid", ShopRequests.GOOD_CARD);
		shop().reserve(order, "then-paid");
		PlatformCases.eventually().until(() -> types("payments", "first-paid").equals(List.of("payment.authorized")));
		shop().reserve(order, "first-paid");
		shop().pay(order, "then-paid", ShopRequests.GOOD_CARD);
		Map<String, String> declined = Map.of("no-money", INSUFFICIENT, "looks-like-fraud", FRAUD, "no-such-card",
				BAD_LUHN);
		declined.forEach((orderId, card) -> {
			shop().reserve(order, orderId);
			shop().pay(order, orderId, card);
		});
		PlatformCases.eventually().untilAsserted(() -> {
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
	default void aPaidOrderThatCannotBeReservedIsRefundedOnce() {
		Invoice order = PlatformCases.orders(1).getFirst();
		Invoice unknown = new Invoice("x", null, "UK",
				List.of(new RetailFile.Line("NO-SUCH-SKU", 1, new BigDecimal("2.50"))));
		Invoice scarce = new Invoice("y", null, "UK",
				List.of(new RetailFile.Line("SCARCE", 3, new BigDecimal("4.10")), order.lines().getFirst()));
		shop().stock("{\"sku\":\"SCARCE\",\"available\":2}\n" + ShopRequests.stock(List.of(order), 1_000));
		shop().pay(unknown, "unknown-goods", ShopRequests.GOOD_CARD);
		shop().reserve(unknown, "unknown-goods");
		shop().pay(scarce, "scarce-goods", ShopRequests.GOOD_CARD);
		shop().reserve(scarce, "scarce-goods");
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(types("payments", "unknown-goods")).containsExactlyInAnyOrder("payment.authorized",
					"payment.refunded");
			assertThat(types("payments", "scarce-goods")).containsExactlyInAnyOrder("payment.authorized",
					"payment.refunded");
		});
		assertThat(reasons("inventory", "unknown-goods")).containsExactly("unknown_sku");
		assertThat(reasons("inventory", "scarce-goods")).containsExactly("out_of_stock");
		assertThat(results()
			.value("SELECT amount FROM payments WHERE order_id = 'scarce-goods' AND type = " + "'payment.refunded'"))
			.startsWith(scarce.total().toPlainString());
		// All of an order is reserved or none of it.
		assertThat(inventory().value("SELECT available FROM stock WHERE sku = 'SCARCE'")).isEqualTo("2");
		assertThat(inventory().count("reservations WHERE order_id = 'scarce-goods'")).isZero();
	}

	@Test
	@Order(3)
	default void whatCannotBeDoneBesideGoodsThatAreReservedRefundsNothing() {
		Invoice order = PlatformCases.orders(1).getFirst();
		shop().stock("{\"sku\":\"RARE\",\"available\":2}\n" + ShopRequests.stock(List.of(order), 1_000));
		shop().pay(order, "keeps-payment", ShopRequests.GOOD_CARD);
		shop().reserve(order, "keeps-payment");
		PlatformCases.eventually()
			.until(() -> types("inventory", "keeps-payment").equals(List.of("inventory.reserved")));
		request("keeps-payment", "return", "NO-SUCH-SKU", 1);
		request("keeps-payment", "reserve", "RARE", 3);
		PlatformCases.eventually()
			.untilAsserted(() -> assertThat(reasons("inventory", "keeps-payment"))
				.containsExactlyInAnyOrder("unknown_sku", "out_of_stock"));
		awaitNoLag();
		assertThat(types("payments", "keeps-payment")).containsExactly("payment.authorized");
	}

	private void request(String orderId, String type, String sku, int quantity) {
		HttpResponse<String> response = shop().post(ServiceName.INVENTORY, "/inventory", Shop.JSON,
				String.format("{\"orderId\":\"%s\",\"type\":\"%s\",\"lines\":[{\"sku\":\"%s\",\"quantity\":%d}]}",
						orderId, type, sku, quantity),
				null);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
	}

	@Test
	@Order(3)
	default void theTwentyFirstChargeOfACardWithinAMinuteIsSuspectedWhateverItsOrder() {
		Invoice order = PlatformCases.orders(1).getFirst();
		List<String> orderIds = IntStream.rangeClosed(1, 21).mapToObj((i) -> "fast-" + i).toList();
		String card = ShopRequests.goodCard("somebody fast");
		orderIds.forEach((orderId) -> shop().pay(PlatformCases.paidBy(orderId, order), orderId, card));
		PlatformCases.eventually()
			.untilAsserted(() -> assertThat(
					orderIds.stream().flatMap((orderId) -> types("payments", orderId).stream()).toList())
				.hasSize(21));
		assertThat(orderIds.stream().flatMap((orderId) -> reasons("payments", orderId).stream()).toList())
			.containsExactly("fraud_suspected");
		StoredEvent suspected = streams().read("payments.processed")
			.stream()
			.filter((event) -> event.key().startsWith("fast-") && event.type().equals("payment.declined"))
			.findFirst()
			.orElseThrow();
		assertThat(suspected.data()).contains("\"rule\":\"card_velocity\"");
	}

	@Test
	@Order(4)
	default void anOrderThatIsNotPaidInTimeIsRejectedAndRefundedWhenItIsPaidLate() {
		Invoice order = PlatformCases.orders(1).getFirst();
		ServiceInstance service = platform().service(ServiceName.INVENTORY);
		service.stop();
		service.start(Map.of("INVENTORY_PAYMENT_TIMEOUT", "3s"));
		PlatformCases.eventually().until(service::isHealthy);
		shop().reserve(order, "never-paid");
		shop().reserve(order, "paid-late");
		String sku = order.lines().getFirst().sku();
		request("returned-unpaid", "return", sku, 1);
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(reasons("inventory", "never-paid")).containsExactly("payment_timeout");
			assertThat(reasons("inventory", "paid-late")).containsExactly("payment_timeout");
			assertThat(reasons("inventory", "returned-unpaid")).containsExactly("payment_timeout");
		});
		// The order has given up: what comes now would be for a charge that is given
		// back.
		request("paid-late", "reserve", sku, 1);
		shop().pay(order, "returned-unpaid", ShopRequests.GOOD_CARD);
		shop().pay(order, "paid-late", ShopRequests.GOOD_CARD);
		// Paid before it is reserved, not within three seconds of that.
		PlatformCases.eventually()
			.untilAsserted(
					() -> assertThat(types("payments", "returned-unpaid")).containsExactly("payment.authorized"));
		awaitNoLag();
		shop().reserve(order, "returned-unpaid");
		PlatformCases.eventually()
			.untilAsserted(() -> assertThat(types("payments", "paid-late"))
				.containsExactlyInAnyOrder("payment.authorized", "payment.refunded"));
		assertThat(reasons("payments", "paid-late")).contains("payment_timeout");
		assertThat(types("payments", "never-paid")).isEmpty();
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(types("inventory", "paid-late")).containsExactly("inventory.rejected", "inventory.rejected");
			assertThat(types("inventory", "returned-unpaid")).containsExactly("inventory.rejected",
					"inventory.reserved");
		});
		awaitNoLag();
		assertThat(inventory().count("reservations WHERE order_id = 'paid-late'")).isZero();
		assertThat(types("payments", "returned-unpaid")).containsExactly("payment.authorized");
		service.stop();
		service.start();
		PlatformCases.eventually().until(service::isHealthy);
	}

}
