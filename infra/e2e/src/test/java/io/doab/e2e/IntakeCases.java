package io.doab.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceName;
import io.doab.local.ShopRequests;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the services take in, and how they answer what they do not.
 */
interface IntakeCases extends PlatformCases {

	@Test
	@Order(6)
	default void oneIdempotencyKeyIsOneEvent() {
		Invoice order = PlatformCases.orders(1).getFirst();
		String body = ShopRequests.payment(order, "same-key", ShopRequests.GOOD_CARD);
		HttpResponse<String> first = shop().post(ServiceName.PAYMENT, "/payments", Shop.JSON, body, "one-key");
		HttpResponse<String> second = shop().post(ServiceName.PAYMENT, "/payments", Shop.JSON, body, "one-key");
		assertThat(first.statusCode()).isEqualTo(202);
		assertThat(second.statusCode()).isEqualTo(202);
		assertThat(eventId(second)).isEqualTo(eventId(first));
		HttpResponse<String> other = shop().post(ServiceName.PAYMENT, "/payments", Shop.JSON,
				ShopRequests.payment(order, "another-order", ShopRequests.GOOD_CARD), "one-key");
		assertThat(other.statusCode()).isEqualTo(422);
		assertThat(other.body()).contains("was used with another body");
		shop().pay(order, "same-key-follows", ShopRequests.GOOD_CARD);
		PlatformCases.eventually().until(() -> !types("payments", "same-key-follows").isEmpty());
		awaitNoLag();
		assertThat(types("payments", "same-key")).containsExactly("payment.authorized");
		assertThat(types("payments", "another-order")).isEmpty();
	}

	private static String eventId(HttpResponse<String> response) {
		return response.body().replaceFirst(".*\"eventId\":\"([^\"]+)\".*", "$1");
	}

	@Test
	@Order(7)
	default void badInputIsAnsweredAsTheContractSays() throws Exception {
		String good = ShopRequests.payment(PlatformCases.orders(1).getFirst(), "never-stored", ShopRequests.GOOD_CARD);
		PlatformCases.assertProblem(post(Shop.JSON, "{not json"), 400, "The body is not JSON: line 1, column 2");
		PlatformCases.assertProblem(post(Shop.JSON, ""), 400, "empty");
		PlatformCases.assertProblem(post(Shop.JSON, "[1,2]"), 422, "must be a JSON object");
		HttpResponse<String> missing = post(Shop.JSON, "{}");
		PlatformCases.assertProblem(missing, 422, "\"pointer\":\"/orderId\"");
		assertThat(missing.body()).contains("\"pointer\":\"/amount\"");
		HttpResponse<String> wrong = post(Shop.JSON, """
				{"orderId": 7, "type": "gift", "amount": {"value": 12.5, "currency": "GBP"},
				 "card": {"number": "4242", "expiry": "2030-13"}}""");
		PlatformCases.assertProblem(wrong, 422, "{\"pointer\":\"/orderId\",\"detail\":\"must be a string\"}");
		assertThat(wrong.body()).contains("{\"pointer\":\"/type\",\"detail\":\"must be one of charge, refund\"}")
			.contains("{\"pointer\":\"/amount/value\",\"detail\":\"must be a string\"}")
			.contains("{\"pointer\":\"/card/number\",\"detail\":\"must be 12 to 19 digits\"}")
			.contains("\"pointer\":\"/card/expiry\"")
			.doesNotContain("4242");
		PlatformCases.assertProblem(post(Shop.JSON, good.replaceFirst("\"value\":\"[^\"]*\"", "\"value\":\"1.005\"")),
				422, "has more decimals than GBP, which has 2");
		PlatformCases.assertProblem(post(Shop.JSON, "{\"orderId\":\"" + "x".repeat(1024 * 1024) + "\"}"), 413,
				"larger than 262144 bytes");
		PlatformCases.assertProblem(post("application/xml", "<order/>"), 415, "Content-Type must be application/json");
		PlatformCases.assertProblem(post("text/plain", "an order, please"), 415,
				"Content-Type must be application/json");
		PlatformCases.assertProblem(postWithToken(good, "wrong"), 401, "missing or wrong");
		PlatformCases.assertProblem(postWithToken(good, null), 401, "missing or wrong");
		HttpResponse<String> lines = post(Shop.NDJSON,
				good.replace("never-stored", "line-one") + "\nnot json\n\n" + "{\"orderId\":\"x\"}\n"
						+ "y".repeat(300_000) + "\n" + good.replace("never-stored", "line-six") + "\n");
		assertThat(lines.statusCode()).isEqualTo(202);
		assertThat(lines.body()).contains("\"accepted\":2")
			.contains("\"rejected\":3")
			.contains("{\"line\":2,\"reason\":\"The body is not JSON")
			.contains("{\"line\":4,\"reason\":\"/amount must not be null\"}")
			.contains("{\"line\":5,\"reason\":\"is larger than 262144 bytes\"}");
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(types("payments", "line-one")).containsExactly("payment.authorized");
			assertThat(types("payments", "line-six")).containsExactly("payment.authorized");
		});
		assertThat(types("payments", "never-stored")).isEmpty();
	}

	@Test
	@Order(7)
	default void numbersThatAreNoneOfOursAreFieldsThatAreWrong() {
		for (String quantity : List.of("99999999999", "2.9", "1e30")) {
			String request = "{\"orderId\":\"never-stored\",\"lines\":[{\"sku\":\"A\",\"quantity\":" + quantity + "}]}";
			PlatformCases.assertProblem(shop().post(ServiceName.INVENTORY, "/inventory", Shop.JSON, request, null), 422,
					"\"pointer\":\"/lines/0/quantity\"");
		}
		String good = ShopRequests.payment(PlatformCases.orders(1).getFirst(), "never-stored", ShopRequests.GOOD_CARD);
		for (String type : List.of("1", ShopRequests.GOOD_CARD)) {
			PlatformCases.assertProblem(post(Shop.JSON, good.replace("\"charge\"", type)), 422,
					"\"pointer\":\"/type\"");
		}
		HttpResponse<String> lines = shop().post(ServiceName.INVENTORY, "/stock", Shop.NDJSON, """
				{"sku":"NUMBERS","available":1}
				{"sku":"NUMBERS","available":1e30}
				{"sku":"NUMBERS","available":99999999999999999999}
				{"sku":"NUMBERS","available":2}
				""", null);
		assertThat(lines.statusCode()).isEqualTo(200);
		assertThat(lines.body()).contains("\"accepted\":2").contains("\"rejected\":2");
		assertThat(inventory().value("SELECT available FROM stock WHERE sku = 'NUMBERS'")).isEqualTo("2");
	}

	@Test
	@Order(7)
	default void whatIsStoredIsAnsweredInJsonWhateverTheClientLikes() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(shop().url(ServiceName.PAYMENT, "/payments"))
			.header("Authorization", "Bearer " + platform().apiToken())
			.header("Content-Type", Shop.JSON)
			.header("Accept", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(
					ShopRequests.payment(PlatformCases.orders(1).getFirst(), "likes-text", ShopRequests.GOOD_CARD)))
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(Shop.JSON);
	}

	private HttpResponse<String> postWithToken(String body, @Nullable String token) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(shop().url(ServiceName.PAYMENT, "/payments"))
			.header("Content-Type", Shop.JSON)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Test
	@Order(8)
	default void cloudEventsAreTakenInBothModes() throws Exception {
		Invoice order = PlatformCases.orders(1).getFirst();
		String data = ShopRequests.payment(order, "cloud-structured", ShopRequests.GOOD_CARD);
		String structured = "{\"specversion\":\"1.0\",\"id\":\"ce-1\",\"source\":\"/shop\",\"type\":\"order.paid\",\"data\":"
				+ data + "}";
		for (int i = 0; i < 2; i++) {
			assertThat(post("application/cloudevents+json", structured).statusCode()).isEqualTo(202);
		}
		PlatformCases.assertProblem(post("application/cloudevents+json", "{\"specversion\":\"1.0\",\"data\":{}}"), 422,
				"\"/id\"");
		PlatformCases.assertProblem(
				post("application/cloudevents+json", structured.replace("order.paid", "payment.refund")), 422,
				"\"pointer\":\"/type\"");
		// A sender cannot turn back the time at which a card expires.
		assertThat(post("application/cloudevents+json",
				structured.replace("ce-1", "ce-3")
					.replace("cloud-structured", "cloud-expired")
					.replace("2039-12", "2020-01")
					.replace("\"type\":\"order.paid\"", "\"type\":\"order.paid\",\"time\":\"2001-01-01T00:00:00Z\""))
			.statusCode()).isEqualTo(202);
		HttpRequest binary = HttpRequest.newBuilder(shop().url(ServiceName.PAYMENT, "/payments"))
			.header("Authorization", "Bearer " + platform().apiToken())
			.header("Content-Type", Shop.JSON)
			.header("ce-specversion", "1.0")
			.header("ce-id", "ce-2")
			.header("ce-source", "/shop")
			.header("ce-type", "order.paid")
			.POST(HttpRequest.BodyPublishers.ofString(data.replace("cloud-structured", "cloud-binary")))
			.build();
		assertThat(HttpClient.newHttpClient().send(binary, HttpResponse.BodyHandlers.ofString()).statusCode())
			.isEqualTo(202);
		PlatformCases.eventually().untilAsserted(() -> {
			assertThat(types("payments", "cloud-structured")).containsExactly("payment.authorized");
			assertThat(types("payments", "cloud-binary")).containsExactly("payment.authorized");
			assertThat(reasons("payments", "cloud-expired")).containsExactly("card_expired");
		});
	}

}
