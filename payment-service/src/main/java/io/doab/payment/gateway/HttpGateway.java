package io.doab.payment.gateway;

import java.io.IOException;
import java.util.regex.Pattern;

import io.doab.payment.card.CardToken;
import io.doab.payment.gateway.GatewayUnavailableException.Kind;
import io.doab.payment.money.Money;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A gateway behind HTTP; {@code docs/gateway.md} is its protocol. Each call is one
 * request. What an answer means is decided by its status alone; of its body only an id
 * and a reason of a fixed form are read, and nothing is logged.
 */
final class HttpGateway implements PaymentGateway {

	private static final Logger logger = LoggerFactory.getLogger(HttpGateway.class);

	/** The reason of what the gateway does not take as a request. */
	static final String REFUSED = "gateway_refused";

	/** The reason where the gateway gives none. */
	static final String DECLINED = "gateway_declined";

	private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9_]{0,63}");

	private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,256}");

	private static final int MAX_ANSWER_BYTES = 64 * 1024;

	private static final JsonMapper JSON = new JsonMapper();

	private final RestClient client;

	/**
	 * Creates a gateway.
	 * @param client knows address, token and time-outs
	 */
	HttpGateway(RestClient client) {
		this.client = client;
	}

	@Override
	public Answer authorize(CardToken card, Money amount, String idempotencyKey) {
		return post("/authorizations",
				new AuthorizationRequest(new Card(card.text(), card.brand().label(), card.last4()), amount),
				idempotencyKey);
	}

	@Override
	public Answer refund(String authorizationId, Money amount, String idempotencyKey) {
		return post("/refunds", new RefundRequest(authorizationId, amount), idempotencyKey);
	}

	private Answer post(String path, Object body, String idempotencyKey) {
		try {
			return this.client.post()
				.uri(path)
				.header("Idempotency-Key", idempotencyKey)
				.contentType(MediaType.APPLICATION_JSON)
				.accept(MediaType.APPLICATION_JSON)
				.body(JSON.writeValueAsBytes(body))
				.exchangeForRequiredValue((request, response) -> answer(path, response));
		}
		catch (ResourceAccessException ex) {
			if (Thread.currentThread().isInterrupted()) {
				throw new GatewayUnavailableException(Kind.UNRELATED, "The payment gateway was not waited for", ex);
			}
			throw new GatewayUnavailableException(Kind.MOMENTARY, "The payment gateway does not answer: "
					+ ex.getMostSpecificCause().getClass().getSimpleName() + " at " + path, ex);
		}
	}

	private static Answer answer(String path, ClientHttpResponse response) throws IOException {
		HttpStatusCode status = response.getStatusCode();
		return switch (status.value()) {
			case 200, 201 -> new Answer.Done(id(path, body(response)));
			case 402 -> new Answer.Declined(reason(body(response)));
			case 401, 403 -> throw lasting(path, status, "set payment.gateway.token to one that it takes");
			case 404, 405 -> throw lasting(path, status, "set payment.gateway.url to where it is");
			case 408, 425 -> throw unavailable(Kind.MOMENTARY, path, status, "");
			// An earlier attempt may still be under way there. Nothing is known of it.
			case 409 -> throw unavailable(Kind.UNRELATED, path, status, ": the key is in use");
			case 421, 429, 503 -> throw lasting(path, status, "it wants to be asked later");
			default -> {
				if (status.is4xxClientError()) {
					logger.warn("The payment gateway refused a request to {} with {}", path, status.value());
					yield new Answer.Declined(REFUSED);
				}
				throw status.is5xxServerError() ? unavailable(Kind.MOMENTARY, path, status, "")
						: lasting(path, status, "set payment.gateway.url to where it is");
			}
		};
	}

	private static GatewayUnavailableException lasting(String path, HttpStatusCode status, String remedy) {
		return unavailable(Kind.LASTING, path, status, ": " + remedy);
	}

	private static GatewayUnavailableException unavailable(Kind kind, String path, HttpStatusCode status,
			String remedy) {
		return new GatewayUnavailableException(kind,
				"The payment gateway answers " + status.value() + " at " + path + remedy, null);
	}

	private static JsonNode body(ClientHttpResponse response) throws IOException {
		try {
			return JSON.readTree(response.getBody().readNBytes(MAX_ANSWER_BYTES));
		}
		catch (JacksonException ex) {
			return JSON.createObjectNode();
		}
	}

	/**
	 * What was done and cannot be named is asked for again: the key makes it the same.
	 */
	private static String id(String path, JsonNode body) {
		String id = body.path("id").asString("");
		if (!ID.matcher(id).matches()) {
			throw new GatewayUnavailableException(Kind.LASTING,
					"The payment gateway says yes at " + path + " without an id of 1 to 256 visible characters", null);
		}
		return id;
	}

	private static String reason(JsonNode body) {
		String reason = body.path("reason").asString("");
		return REASON.matcher(reason).matches() ? reason : DECLINED;
	}

	/** The body of {@code POST /authorizations}. */
	record AuthorizationRequest(Card card, Money amount) {
	}

	/** What is charged. */
	record Card(String token, String brand, String last4) {
	}

	/** The body of {@code POST /refunds}. */
	record RefundRequest(String authorizationId, Money amount) {
	}

}
