package io.doab.stream.redis;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.doab.stream.StreamPartition;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What no server can be made to do at the right moment.
 */
class IdempotentAppenderTests {

	private static final Append EVENT = new Append(new StreamPartition("stream", 0),
			new WireEvent(Map.of("id", "1"), "key", new byte[1]));

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	@AfterEach
	void stop() {
		this.timer.shutdownNow();
	}

	@Test
	void whatIsToldNotToBeStoredIsNotSentOnceThereIsAConnection() {
		Route route = new Route();
		IdempotentAppender appender = new IdempotentAppender(route, Duration.ofMillis(200), this.timer);
		CompletableFuture<Known> told = new CompletableFuture<>();
		Thread.ofVirtual().start(() -> {
			var _ = appender.append(EVENT)
				.whenComplete((position, failure) -> told.complete(((UnconfirmedException) failure).known()));
		});
		// Longer than anybody waits for the event.
		await().until(() -> route.opening.getCount() == 0);
		await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
		route.connected.countDown();
		assertThat(told).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(Known.NOT_STORED);
		await().pollDelay(Duration.ofMillis(300)).until(() -> true);
		assertThat(route.sent).hasValue(0);
		// What comes then is sent.
		var _ = new IdempotentAppender(route, Duration.ofSeconds(10), this.timer).append(EVENT);
		await().until(() -> route.sent.get() == 1);
	}

	/** A way to a server that takes its time to connect. */
	private static final class Route implements AppendRoute {

		private final CountDownLatch opening = new CountDownLatch(1);

		private final CountDownLatch connected = new CountDownLatch(1);

		private final AtomicInteger sent = new AtomicInteger();

		@Override
		public void open(String key) {
			this.opening.countDown();
			try {
				this.connected.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public <T> CompletableFuture<T> send(String key,
				Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
			this.sent.incrementAndGet();
			return new CompletableFuture<>();
		}

		@Override
		public void verify() {
		}

		@Override
		public void close() {
		}

	}

}
