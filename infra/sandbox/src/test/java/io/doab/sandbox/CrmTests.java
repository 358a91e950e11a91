package io.doab.sandbox;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The CRM of the sandbox, well and told to be otherwise.
 */
class CrmTests {

	private final SandboxFixture sandbox = new SandboxFixture();

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	@Test
	void anEventIsKeptOncePerKeyAndItsRepeatsAreCounted() throws IOException {
		assertThat(this.sandbox.crm("one", "{\"orderId\":\"1\"}").statusCode()).isEqualTo(201);
		assertThat(this.sandbox.crm("one", "{\"orderId\":\"1\"}").statusCode()).isEqualTo(200);
		assertThat(this.sandbox.crm("two", "{\"orderId\":\"2\"}").statusCode()).isEqualTo(201);
		var events = this.sandbox.get("/crm/events");
		assertThat(events).hasSize(2);
		assertThat(events.at("/0/idempotencyKey").asString()).isEqualTo("two");
		assertThat(events.at("/1/event/orderId").asString()).isEqualTo("1");
		assertThat(events.at("/1/deliveries").asInt()).isEqualTo(2);
		var counts = this.sandbox.get("/").get("crm");
		assertThat(counts.get("total").asInt()).isEqualTo(3);
		assertThat(counts.get("distinct").asInt()).isEqualTo(2);
		assertThat(counts.get("repeated").asInt()).isEqualTo(1);
	}

	@Test
	void theListIsAsShortAndAboutWhatTheReaderAsks() throws IOException {
		for (int order = 1; order <= 5; order++) {
			this.sandbox.crm("key" + order, "{\"orderId\":\"order-" + order + "\"}");
		}
		assertThat(this.sandbox.get("/crm/events?limit=2")).hasSize(2);
		assertThat(this.sandbox.get("/crm/events?contains=order-3").at("/0/idempotencyKey").asString())
			.isEqualTo("key3");
		HttpResponse<String> list = this.sandbox.send(this.sandbox.to("/crm/events?limit=0"));
		assertThat(list.headers().firstValue("X-Total-Count")).hasValue("5");
		assertThat(this.sandbox.send(this.sandbox.to("/crm/events?limit=many")).body())
			.contains("limit: expected a number from 0 to 10000");
	}

	@Test
	void whoHasNoTokenOrNoKeyIsRefused() throws IOException {
		HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString("{}");
		assertThat(this.sandbox
			.send(this.sandbox.to("/crm/events")
				.header("Idempotency-Key", "one")
				.header("Authorization", "Bearer wrong")
				.POST(body))
			.statusCode()).isEqualTo(401);
		assertThat(this.sandbox
			.send(this.sandbox.to("/crm/events")
				.header("Authorization", "Bearer " + SandboxFixture.TOKEN)
				.POST(HttpRequest.BodyPublishers.ofString("{}")))
			.statusCode()).isEqualTo(400);
		assertThat(this.sandbox.crm("one", "not json").statusCode()).isEqualTo(400);
		assertThat(this.sandbox.crm("one", "[]").statusCode()).isEqualTo(422);
		assertThat(this.sandbox.get("/crm/events")).isEmpty();
	}

	@Test
	void everyThirdCallIsAnsweredAsItWasTold() throws IOException {
		this.sandbox.behave("/crm", "{\"status\":500,\"everyNth\":3}");
		List<Integer> statuses = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			statuses.add(this.sandbox.crm("key" + i, "{}").statusCode());
		}
		assertThat(statuses).containsExactly(201, 201, 500, 201, 201, 500);
		assertThat(this.sandbox.get("/crm/events")).hasSize(4);
	}

	@Test
	void whatIsKeptThoughItIsRefusedIsARepeatTheNextTime() throws IOException {
		this.sandbox.behave("/crm", "{\"status\":503,\"keep\":true,\"retryAfter\":\"5s\"}");
		HttpResponse<String> refused = this.sandbox.crm("one", "{}");
		assertThat(refused.statusCode()).isEqualTo(503);
		assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
		this.sandbox.send(this.sandbox.to("/crm/behaviour").DELETE());
		assertThat(this.sandbox.crm("one", "{}").statusCode()).isEqualTo(200);
	}

	@Test
	void whenItIsDownTheConnectionEndsWithoutAnAnswer() throws IOException {
		this.sandbox.behave("/crm", "{\"down\":true}");
		assertThatThrownBy(() -> this.sandbox.crm("one", "{}")).isInstanceOf(IOException.class);
		assertThat(this.sandbox.get("/crm/events")).isEmpty();
		this.sandbox.send(this.sandbox.to("/crm/behaviour").DELETE());
		assertThat(this.sandbox.crm("one", "{}").statusCode()).isEqualTo(201);
	}

	@Test
	void whatIsWrongWithABehaviourIsSaid() throws IOException {
		Map<String, String> wrong = Map.of("[]", "expected a JSON object", "{\"dealy\":\"2s\"}",
				"there is no 'dealy': expected some of [delay, down, everyNth, keep, retryAfter, status]",
				"{\"delay\":2}", "delay: expected a time up to 10m", "{\"delay\":\"99m\"}", "up to 10m",
				"{\"status\":99}", "status: expected a number from 300 to 599", "{\"everyNth\":3}",
				"everyNth, keep and retryAfter go with a status or with down");
		for (Map.Entry<String, String> each : wrong.entrySet()) {
			HttpResponse<String> answer = this.sandbox.behave("/crm", each.getKey());
			assertThat(answer.statusCode()).isEqualTo(400);
			assertThat(answer.body()).contains(each.getValue());
		}
		assertThat(this.sandbox.get("/crm/behaviour")).isEmpty();
	}

	@Test
	void thePageForABrowserShowsWhatIsTold() throws IOException {
		this.sandbox.behave("/crm", "{\"delay\":\"2s\"}");
		HttpResponse<String> page = this.sandbox.send(this.sandbox.to("/").header("Accept", "text/html"));
		assertThat(page.body()).contains("{&quot;delay&quot;:&quot;2000ms&quot;}").contains("as it should");
		assertThat(this.sandbox.get("/actuator/health").get("status").asString()).isEqualTo("UP");
	}

}
