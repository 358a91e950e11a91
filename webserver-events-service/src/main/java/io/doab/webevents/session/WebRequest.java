package io.doab.webevents.session;

import java.time.Instant;

import io.doab.webevents.agent.UserAgent;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code web-events.processed}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebRequest(Instant time, String visitor, String session, String method, String path, int status, long bytes,
		@Nullable String referrer, UserAgent userAgent) {

	/** The stream. */
	static final String STREAM = "web-events.processed";

	static final String TYPE = "web.request";

}
