package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What callers have to carry. */
final class BearerToken {

	private final byte[] authorization;

	BearerToken(String token) {
		this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
	}

	boolean isOf(Request request) {
		String given = request.headers().getOrDefault("authorization", "");
		return MessageDigest.isEqual(this.authorization, given.getBytes(StandardCharsets.UTF_8));
	}

	static Answer refusal() {
		return Answer.problem(401, "The token is missing or wrong").with("WWW-Authenticate", "Bearer");
	}

}
