package io.doab.webevents.web;

import java.time.Instant;
import java.util.Objects;

import io.doab.webevents.log.LogLine;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /web-events}.
 */
record WebEventRequest(@NotNull Instant time,
		@NotBlank @Size(max = LogLine.MAX_CLIENT_LENGTH) @Pattern(regexp = "[0-9A-Za-z:.%_-]+",
				message = "must be an address or a host name") String clientIp,
		@NotBlank @Size(max = LogLine.MAX_METHOD_LENGTH) String method,
		@NotBlank @Size(max = LogLine.MAX_TEXT_LENGTH) String path, @NotNull @Min(100) @Max(599) Integer status,
		@Min(0) @Nullable Long bytes, @Nullable @Size(max = LogLine.MAX_TEXT_LENGTH) String referrer,
		@Nullable @Size(max = LogLine.MAX_AGENT_LENGTH) String userAgent) {

	static WebEventRequest of(LogLine line) {
		return new WebEventRequest(line.time(), line.clientIp(), line.method(), line.path(), line.status(),
				line.bytes(), line.referrer(), line.userAgent());
	}

	/** As a server logs it. */
	LogLine toLine() {
		return new LogLine(this.clientIp, this.time, this.method, this.path, this.status,
				Objects.requireNonNullElse(this.bytes, 0L), this.referrer, this.userAgent);
	}

	/** Without who made it: a request's text may end in a log. */
	@Override
	public String toString() {
		return "WebEventRequest[" + this.method + " at " + this.time + "]";
	}

}
