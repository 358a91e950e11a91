package io.doab.stream.spi;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Remembers for a time what was first seen under a key, for all instances alike.
 */
public interface IdempotencyWindow {

	/**
	 * Claims a key for a fingerprint.
	 * @return the fingerprint that holds the key: this one, or that of whoever came first
	 * within the window
	 */
	CompletableFuture<String> claim(String key, String fingerprint, Duration window);

}
