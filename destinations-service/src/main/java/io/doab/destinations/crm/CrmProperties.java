package io.doab.destinations.crm;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The CRM.
 *
 * @param url where it is; the paths of the mapping are added to it. Without it the
 * destination is off.
 * @param token what calls carry as Authorization: Bearer, when it is always the same.
 * @param oauth2 where to get that token, when it is not.
 * @param connectTimeout how long a connection attempt may take.
 * @param timeout how long a call may take in all.
 * @param maxRetryAfter how long the CRM may ask to be left alone at a time; what it asks
 * for beyond that is cut.
 * @param mapping type of event to the call that tells of it, written
 * destinations.crm.mapping[type]. Events of other types are passed over.
 */
@Validated
@ConfigurationProperties("destinations.crm")
record CrmProperties(@Nullable URI url, @Nullable String token, @Nullable OAuth2 oauth2,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("10s") Duration timeout,
		@DefaultValue("10m") Duration maxRetryAfter, @DefaultValue Map<String, Call> mapping) {

	CrmProperties {
		if (url != null && !url.toString().isEmpty()) {
			requireHttp("destinations.crm.url", url);
		}
		if (token != null && !token.isEmpty() && oauth2 != null) {
			throw new IllegalArgumentException(
					"destinations.crm.token and destinations.crm.oauth2 are both set: a call carries one token");
		}
		requirePositive("destinations.crm.connect-timeout", connectTimeout);
		requirePositive("destinations.crm.timeout", timeout);
		requirePositive("destinations.crm.max-retry-after", maxRetryAfter);
	}

	/**
	 * The client credentials grant of OAuth 2 (RFC 6749, 4.4).
	 *
	 * @param tokenUri the token endpoint.
	 * @param clientId the client.
	 * @param clientSecret its secret, sent with HTTP Basic.
	 * @param scope what to ask for, separated by spaces; empty asks for nothing in
	 * particular.
	 */
	record OAuth2(URI tokenUri, String clientId, String clientSecret, @DefaultValue("") String scope) {

		OAuth2 {
			requireHttp("destinations.crm.oauth2.token-uri", tokenUri);
			requireText("destinations.crm.oauth2.client-id", clientId);
			requireText("destinations.crm.oauth2.client-secret", clientSecret);
		}

		@Override
		public String toString() {
			return "OAuth2[" + this.tokenUri + "]";
		}

	}

	/**
	 * How the CRM is told of one type of event. Values come from the event in the JSON
	 * form of CloudEvents: /id, /type, /time, /partitionkey, and the payload below /data.
	 *
	 * @param method POST, PUT, PATCH or DELETE.
	 * @param path what is added to the url; a JSON pointer in braces stands for its
	 * value, as in /orders/{/data/orderId}.
	 * @param body field of the body to the JSON pointer of its value; without one there
	 * is no body. The empty pointer is the whole event.
	 * @param require JSON pointers; an event that has no value for one of them is passed
	 * over.
	 */
	record Call(@DefaultValue("POST") String method, @DefaultValue("") String path,
			@DefaultValue Map<String, String> body, @DefaultValue List<String> require) {
	}

	private static void requireHttp(String property, @Nullable URI uri) {
		if (uri == null || uri.getHost() == null
				|| !("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))) {
			throw new IllegalArgumentException(property + " must be an address such as https://crm.example/api");
		}
		if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
			throw new IllegalArgumentException(property + " must have no user, query or fragment");
		}
	}

	private static void requireText(String property, @Nullable String text) {
		if (text == null || text.isBlank()) {
			throw new IllegalArgumentException(property + " is not set");
		}
	}

	private static void requirePositive(String property, Duration duration) {
		if (!duration.isPositive()) {
			throw new IllegalArgumentException(property + " " + duration + " must be longer than zero");
		}
	}

	@Override
	public String toString() {
		return "CrmProperties[" + this.url + "]";
	}

}
