package io.doab.console;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests under a name that is not ours, and tells browsers to run nothing but
 * what comes from here.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PageProtection extends OncePerRequestFilter {

	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private static final int MISDIRECTED = 421;

	private final Set<String> hosts;

	PageProtection(ConsoleProperties properties) {
		this.hosts = Set.copyOf(properties.allowedHosts());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		if (this.hosts.contains(request.getServerName().toLowerCase(Locale.ROOT))) {
			chain.doFilter(request, response);
		}
		else {
			response.sendError(MISDIRECTED, "console.allowed-hosts does not have this name");
		}
	}

}
