package io.doab.webevents.web;

import java.time.Instant;

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
		@NotBlank @Size(max = 64) @Pattern(regexp = "[0-9A-Fa-f:.%a-zA-Z-]+",
				message = "must be an address or a host name") String clientIp,
		@NotBlank @Size(max = 16) String method, @NotBlank @Size(max = 16_384) String path,
		@NotNull @Min(100) @Max(599) Integer status, @Min(0) @Nullable Long bytes,
		@Nullable @Size(max = 16_384) String referrer, @Nullable @Size(max = 8_192) String userAgent) {

}
