package io.doab.stream.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateKey;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads parked events, again and again until it succeeds or its partition is given up.
 */
final class ParkedReader {

	private static final Logger logger = LoggerFactory.getLogger(ParkedReader.class);

	private static final Duration RETRY_DELAY = Duration.ofMillis(200);

	private final PartitionOwnership ownership;

	private final EngineTime time;

	private final BooleanSupplier stopped;

	private final AtomicInteger failures = new AtomicInteger();

	/**
	 * Creates a reader.
	 * @param stopped whether nobody waits for an answer any more
	 */
	ParkedReader(PartitionOwnership ownership, EngineTime time, BooleanSupplier stopped) {
		this.ownership = ownership;
		this.time = time;
		this.stopped = stopped;
	}

	/** All that is parked, by the names under which it is stored. */
	void readAll(Consumer<Map<String, byte[]>> answer) {
		read(() -> this.ownership.readAll(ProcessorRuntime.PARKED_STATE), answer);
	}

	/** Some of it, in the order of the keys; null for what is absent. */
	void read(List<StateKey> keys, Consumer<List<byte @Nullable []>> answer) {
		read(() -> this.ownership.readState(keys), answer);
	}

	private <T> void read(Supplier<CompletableFuture<T>> question, Consumer<T> answer) {
		var _ = question.get().whenComplete((value, failure) -> {
			if (failure == null) {
				answer.accept(value);
				return;
			}
			noteFailure(failure);
			this.time.after(RETRY_DELAY, () -> {
				if (!this.stopped.getAsBoolean()) {
					read(question, answer);
				}
			});
		});
	}

	/** The first of a row, then each time their number has doubled. */
	private void noteFailure(Throwable failure) {
		int count = this.failures.incrementAndGet();
		if (Integer.bitCount(count) == 1) {
			logger.warn("Parked events of partition {} could not be read, {} times so far: {}",
					this.ownership.partition(), count, failure.toString());
		}
	}

}
