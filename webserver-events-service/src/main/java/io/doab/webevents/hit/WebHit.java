package io.doab.webevents.hit;

import java.time.Instant;

import io.doab.stream.Event;
import io.doab.webevents.log.LogLine;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@value #STREAM}: a request, by whom it was made as far as
 * that is kept.
 *
 * @param visitor one client with one agent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebHit(Instant time, String visitor, String method, String path, int status, long bytes,
		@Nullable String referrer, @Nullable String userAgent) {

	/** The stream. */
	public static final String STREAM = "web-events";

	/** The type of its event. */
	public static final String TYPE = "web.hit";

	/** The event of what a server logged. The client's address ends here. */
	public static Event<WebHit> event(LogLine line) {
		String visitor = Visitor.of(line.clientIp(), line.userAgent());
		return Event.of(TYPE, visitor, new WebHit(line.time(), visitor, line.method(), line.path(), line.status(),
				line.bytes(), line.referrer(), line.userAgent()));
	}

}
