package io.doab.stream.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests through that carry the token. Compares hashes, in a time that does not
 * depend on the token.
 */
final class TokenFilter extends OncePerRequestFilter {

	private static final String SCHEME = "Bearer ";

	private final byte[] expected;

	TokenFilter(String token) {
		this.expected = hash(token);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (MessageDigest.isEqual(this.expected, hash(token(request)))) {
			chain.doFilter(request, response);
			return;
		}
		response.setStatus(HttpStatus.UNAUTHORIZED.value());
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.getOutputStream()
			.write("""
					{"type":"about:blank","title":"Unauthorized","status":401,\
					"detail":"The token is missing or wrong: send it as 'Authorization: Bearer <token>'"}"""
				.getBytes(StandardCharsets.UTF_8));
	}

	private static String token(HttpServletRequest request) {
		@Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
		boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
		return (header != null && bearer) ? header.substring(SCHEME.length()) : "";
	}

	private static byte[] hash(String token) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
