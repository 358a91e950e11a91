package io.doab.webevents.log;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a line of an access log says.
 *
 * @param bytes the size of the answer's body; 0 where the log has a dash
 * @param referrer null where the log has a dash or no such field
 * @param userAgent likewise
 */
public record LogLine(String clientIp, Instant time, String method, String path, int status, long bytes,
		@Nullable String referrer, @Nullable String userAgent) {

}
