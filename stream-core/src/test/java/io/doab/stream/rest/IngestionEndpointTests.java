package io.doab.stream.rest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Position;
import io.doab.stream.Published;
import io.doab.stream.StreamPartition;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.IdempotencyWindow;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import org.junit.jupiter.api.Test;

import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * What an ingestion endpoint answers, over a backend that stores at once.
 */
class IngestionEndpointTests {

	private static final String ORDER = "{\"operation\": \"open\"}";

	private final List<Event<?>> stored = new ArrayList<>();

	private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new Door(endpoint()))
		.setControllerAdvice(new ProblemAdvice())
		.build();

	record Order(@NotBlank @Size(max = 8) String operation) {
	}

	@Test
	void whatIsStoredIsNotRefusedForTheFormOfItsAnswer() throws Exception {
		this.mvc.perform(json(ORDER).accept("text/plain"))
			.andExpect(status().isAccepted())
			.andExpect(content().contentType("application/json"))
			.andExpect(header().exists("Content-Length"));
		this.mvc.perform(post("/orders").contentType("application/x-ndjson").content(ORDER).accept("text/plain"))
			.andExpect(status().isAccepted())
			.andExpect(content().contentType("application/json"));
		assertThat(this.stored).hasSize(2);
	}

	@Test
	void aFailureThatNobodyThoughtOfIsToldWithoutItsMessage() throws Exception {
		this.mvc.perform(json("{\"operation\": \"explode\"}"))
			.andExpect(status().isInternalServerError())
			.andExpect(content().contentType("application/problem+json"))
			.andExpect((result) -> assertThat(result.getResponse().getContentAsString()).doesNotContain("4242"));
	}

	@Test
	void aCloudEventOfAKnownTypeMustBeOfIt() throws Exception {
		this.mvc.perform(cloudEvent("order.close"))
			.andExpect(status().isUnprocessableContent())
			.andExpect(jsonPath("$.errors[0].pointer").value("/type"));
		this.mvc
			.perform(json(ORDER).header("ce-specversion", "1.0")
				.header("ce-id", "1")
				.header("ce-source", "/shop")
				.header("ce-type", "order.close"))
			.andExpect(status().isUnprocessableContent());
		assertThat(this.stored).isEmpty();
		this.mvc.perform(cloudEvent("order.open")).andExpect(status().isAccepted());
		this.mvc.perform(cloudEvent("com.example.something")).andExpect(status().isAccepted());
		assertThat(this.stored).hasSize(2);
	}

	@Test
	void linesOfTextKeepTheConstraintsOfTheBody() throws Exception {
		this.mvc.perform(post("/orders").contentType("text/plain").content("open\nmuch too long\nclose\n"))
			.andExpect(status().isAccepted())
			.andExpect(header().doesNotExist("Retry-After"))
			.andExpect(jsonPath("$.accepted").value(2))
			.andExpect(jsonPath("$.errors[0].line").value(2))
			.andExpect(jsonPath("$.errors[0].reason").value("/operation size must be between 0 and 8"));
	}

	private static MockHttpServletRequestBuilder json(String body) {
		return post("/orders").contentType("application/json").content(body);
	}

	private static MockHttpServletRequestBuilder cloudEvent(String type) {
		return post("/orders").contentType("application/cloudevents+json")
			.content("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/shop\", \"type\": \"" + type
					+ "\", \"data\": " + ORDER + "}");
	}

	private IngestionEndpoint<Order> endpoint() {
		IngestionRoute<Order> route = IngestionRoute.of("/orders", "orders", Order.class, IngestionEndpointTests::event)
			.withTypes("order.open", "order.close")
			.withLines(Order::new);
		EventPublisher publisher = (stream, event) -> {
			this.stored.add(event);
			return CompletableFuture
				.completedFuture(new Published(new StreamPartition(stream, 0), Position.ofOffset(1)));
		};
		IdempotencyWindow window = (key, value, duration) -> CompletableFuture.completedFuture(value);
		IngestionProperties properties = new IngestionProperties("token", DataSize.ofKilobytes(4), 8, 8,
				Duration.ofHours(1), Duration.ofSeconds(1));
		return new IngestionEndpoint<>(route, publisher, window, properties, new JsonBodies(),
				new Fingerprints(new JsonPayloadCodec()));
	}

	private static Event<?> event(Order order) {
		if (order.operation().equals("explode")) {
			throw new IllegalStateException("4242424242424242");
		}
		return Event.of("order." + order.operation(), "key", order);
	}

	/** Stands for the mapping that an application makes. */
	@RestController
	record Door(IngestionEndpoint<Order> endpoint) {

		@PostMapping("/orders")
		void post(HttpServletRequest request, HttpServletResponse response) throws Exception {
			this.endpoint.post(request, response);
		}

	}

}
