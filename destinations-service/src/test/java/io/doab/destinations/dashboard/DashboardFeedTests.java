package io.doab.destinations.dashboard;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One query for all who listen, for as long as somebody does.
 */
@Timeout(60)
class DashboardFeedTests {

	private static final Duration PERIOD = Duration.ofMillis(5);

	/** Between frames that a busy machine is not to miss. */
	private static final Duration LONG_PERIOD = Duration.ofMillis(300);

	private static final Duration LONG = Duration.ofSeconds(20);

	private final AtomicInteger queries = new AtomicInteger();

	private final AtomicBoolean away = new AtomicBoolean();

	private final DashboardFeed feed = new DashboardFeed(this::query, PERIOD, 2);

	private final DashboardFeed slowFeed = new DashboardFeed(this::query, LONG_PERIOD, 2);

	private Summary query() {
		if (this.away.get()) {
			throw new IllegalStateException("away");
		}
		this.queries.incrementAndGet();
		return new Summary(Instant.EPOCH, List.of(), List.of(), List.of());
	}

	@BeforeEach
	void start() {
		this.feed.start();
		this.slowFeed.start();
	}

	@AfterEach
	void stop() {
		this.feed.stop();
		this.slowFeed.stop();
	}

	private DashboardFeed.Listener listen() {
		return listen(this.feed);
	}

	private static DashboardFeed.Listener listen(DashboardFeed feed) {
		return feed.listen().orElseThrow();
	}

	private static String text(byte @Nullable [] event) {
		return (event != null) ? new String(event, StandardCharsets.UTF_8) : "(the end)";
	}

	@Test
	void aListenerIsGivenTheWholeAndThenTheNews() throws InterruptedException {
		try (DashboardFeed.Listener listener = listen(this.slowFeed)) {
			assertThat(text(listener.next(LONG))).startsWith("event: snapshot\ndata: {").endsWith("}\n\n");
			assertThat(text(listener.next(LONG))).startsWith("event: update\n");
		}
	}

	@Test
	void whoMissedTooMuchIsGivenTheWholeAgain() throws InterruptedException {
		try (DashboardFeed.Listener slow = listen(this.slowFeed);
				DashboardFeed.Listener other = listen(this.slowFeed)) {
			slow.next(LONG);
			for (int i = 0; i <= Frame.MISSABLE + 1; i++) {
				assertThat(other.next(LONG)).isNotNull();
			}
			assertThat(text(slow.next(LONG))).startsWith("event: snapshot\n");
			assertThat(text(slow.next(LONG))).startsWith("event: update\n");
		}
	}

	@Test
	void nothingIsAskedWhileNobodyListens() throws InterruptedException {
		assertThat(this.queries).hasValue(0);
		try (DashboardFeed.Listener listener = listen()) {
			listener.next(LONG);
		}
		AtomicInteger last = new AtomicInteger(-1);
		Awaitility.await()
			.pollInterval(PERIOD.multipliedBy(10))
			.until(() -> last.getAndSet(this.queries.get()) == this.queries.get());
		int before = this.queries.get();
		try (DashboardFeed.Listener listener = listen()) {
			assertThat(text(listener.next(LONG))).startsWith("event: snapshot\n");
			Awaitility.await().until(() -> this.queries.get() > before);
		}
	}

	@Test
	void moreThanAreAllowedAreRefused() {
		DashboardFeed.Listener one = listen();
		DashboardFeed.Listener two = listen();
		assertThat(this.feed.listen()).isEmpty();
		two.close();
		listen().close();
		one.close();
	}

	@Test
	void aQueryThatFailsIsSaidAndAskedAgain() throws InterruptedException {
		this.away.set(true);
		try (DashboardFeed.Listener listener = listen()) {
			assertThat(text(listener.next(LONG))).startsWith("event: unavailable\n");
			this.away.set(false);
			String next = text(listener.next(LONG));
			while (next.startsWith("event: unavailable\n")) {
				next = text(listener.next(LONG));
			}
			// It has had nothing yet.
			assertThat(next).startsWith("event: snapshot\n");
		}
	}

	@Test
	void withoutNewsThereIsAHeartbeat() throws InterruptedException {
		DashboardFeed seldom = new DashboardFeed(this::query, Duration.ofHours(1), 1);
		seldom.start();
		try (DashboardFeed.Listener listener = seldom.listen().orElseThrow()) {
			listener.next(LONG);
			assertThat(text(listener.next(Duration.ofMillis(1)))).isEqualTo("event: heartbeat\ndata: {}\n\n");
		}
		finally {
			seldom.stop();
		}
	}

	@Test
	void allAreSentHomeWhenItStops() throws Exception {
		DashboardFeed seldom = new DashboardFeed(this::query, Duration.ofHours(1), 1);
		seldom.start();
		DashboardFeed.Listener listener = seldom.listen().orElseThrow();
		listener.next(LONG);
		CompletableFuture<String> next = CompletableFuture.supplyAsync(() -> {
			try {
				return text(listener.next(LONG));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> Thread.ofVirtual().start(task));
		seldom.stop();
		assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo("(the end)");
		assertThat(seldom.listen()).isEmpty();
	}

}
