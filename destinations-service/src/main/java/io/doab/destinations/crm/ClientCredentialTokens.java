package io.doab.destinations.crm;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens of the client credentials grant (RFC 6749, 4.4). One is used until shortly
 * before it expires or the CRM refuses it. However many need a new one, one asks for it
 * and the others wait.
 */
final class ClientCredentialTokens implements AccessTokens {

	private static final Duration MARGIN = Duration.ofSeconds(30);

	/** Where the endpoint does not say (it should); a refused one is replaced anyway. */
	private static final Duration UNKNOWN_LIFETIME = Duration.ofMinutes(5);

	private static final int MAX_ANSWER = 64 * 1024;

	private final CrmProperties.OAuth2 settings;

	private final HttpCaller http;

	private final JsonMapper json;

	private final Clock clock;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Token token;

	ClientCredentialTokens(CrmProperties.OAuth2 settings, HttpCaller http, JsonMapper json, Clock clock) {
		this.settings = settings;
		this.http = http;
		this.json = json;
		this.clock = clock;
	}

	@Override
	public String current() throws CrmAwayException, InterruptedException {
		Token present = this.token;
		if (present != null && isFresh(present)) {
			return present.value();
		}
		this.lock.lockInterruptibly();
		try {
			Token meanwhile = this.token;
			if (meanwhile != null && isFresh(meanwhile)) {
				return meanwhile.value();
			}
			Token fetched = fetch();
			this.token = fetched;
			return fetched.value();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean refused(String refused) {
		this.lock.lock();
		try {
			Token present = this.token;
			if (present != null && present.value().equals(refused)) {
				this.token = null;
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isFresh(Token candidate) {
		return this.clock.instant().isBefore(candidate.until());
	}

	private Token fetch() throws CrmAwayException, InterruptedException {
		HttpResponse<byte[]> answer;
		try {
			answer = this.http.call(request(), MAX_ANSWER);
		}
		catch (IOException ex) {
			throw new CrmAwayException("The token endpoint " + this.settings.tokenUri() + " did not answer", ex);
		}
		if (answer.statusCode() != 200) {
			throw new CrmAwayException("The token endpoint " + this.settings.tokenUri() + " answered "
					+ answer.statusCode() + error(answer.body())
					+ ": check destinations.crm.oauth2. Events wait until it gives a token", null);
		}
		return token(answer.body());
	}

	private HttpRequest request() {
		String form = "grant_type=client_credentials"
				+ (this.settings.scope().isBlank() ? "" : "&scope=" + encoded(this.settings.scope()));
		String credentials = encoded(this.settings.clientId()) + ":" + encoded(this.settings.clientSecret());
		return HttpRequest.newBuilder(this.settings.tokenUri())
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.header("Accept", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build();
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private Token token(byte[] body) throws CrmAwayException {
		try {
			JsonNode answer = this.json.readTree(body);
			String value = answer.path("access_token").asString("");
			String type = answer.path("token_type").asString("Bearer");
			if (!value.matches("[A-Za-z0-9._~+/=-]+") || !"bearer".equalsIgnoreCase(type)) {
				throw new CrmAwayException(
						"The token endpoint " + this.settings.tokenUri() + " gave no bearer token that can be sent",
						null);
			}
			long seconds = answer.path("expires_in").asLong(UNKNOWN_LIFETIME.toSeconds());
			return new Token(value, this.clock.instant().plus(usable(Duration.ofSeconds(Math.max(0, seconds)))));
		}
		catch (JacksonException ex) {
			throw new CrmAwayException("The token endpoint " + this.settings.tokenUri() + " did not answer in JSON",
					null);
		}
	}

	/** A token of a short life is used for half of it. */
	private static Duration usable(Duration lifetime) {
		return (lifetime.compareTo(MARGIN.multipliedBy(2)) > 0) ? lifetime.minus(MARGIN) : lifetime.dividedBy(2);
	}

	/** The error code of RFC 6749, 5.2: a word of the protocol, nothing secret. */
	private String error(byte[] body) {
		try {
			String code = this.json.readTree(body).path("error").asString("");
			return code.matches("[a-z_]{1,50}") ? " (" + code + ")" : "";
		}
		catch (JacksonException ex) {
			return "";
		}
	}

	private record Token(String value, Instant until) {

		@Override
		public String toString() {
			return "Token[until " + this.until + "]";
		}

	}

}
