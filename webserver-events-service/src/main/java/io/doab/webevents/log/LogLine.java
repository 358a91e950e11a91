package io.doab.webevents.log;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a line of an access log says.
 *
 * @param clientIp an address or a host name, at most {@value #MAX_CLIENT_LENGTH}
 * characters
 * @param method at most {@value #MAX_METHOD_LENGTH} characters
 * @param path at most {@value #MAX_TEXT_LENGTH} characters
 * @param status from 100 to 599
 * @param bytes the size of the answer's body; 0 where the log has a dash
 * @param referrer null where the log has a dash or no such field; at most
 * {@value #MAX_TEXT_LENGTH} characters
 * @param userAgent likewise; at most {@value #MAX_AGENT_LENGTH} characters
 */
public record LogLine(String clientIp, Instant time, String method, String path, int status, long bytes,
		@Nullable String referrer, @Nullable String userAgent) {

	public static final int MAX_CLIENT_LENGTH = 255;

	public static final int MAX_METHOD_LENGTH = 32;

	public static final int MAX_TEXT_LENGTH = 16_384;

	public static final int MAX_AGENT_LENGTH = 8_192;

}
