package io.doab.stream.error;

import java.time.Duration;

/**
 * A failure that says when another attempt is welcome, such as that of a server which
 * answers with {@code Retry-After}. For exceptions of handlers: a policy that retries
 * waits that long, when its own pause would be shorter.
 */
public interface RetryAfter {

	/** How long to wait, at least. Bound what came from outside. */
	Duration retryAfter();

}
