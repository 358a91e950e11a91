package io.doab.webevents.session;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code web-events}: a request, by whom it was made as far as
 * that is kept.
 *
 * @param visitor one client with one agent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebHit(Instant time, String visitor, String method, String path, int status, long bytes,
		@Nullable String referrer, @Nullable String userAgent) {

	/** The type of its event. */
	public static final String TYPE = "web.hit";

}
