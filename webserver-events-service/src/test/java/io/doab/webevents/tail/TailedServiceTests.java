package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.doab.stream.EventPublisher;
import io.doab.webevents.RunningService;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A log that is written, rotated and read at once, into a service on a real server.
 */
class TailedServiceTests {

	private static final int LINES = 3_000;

	private static final int LEAST_KILLS = 6;

	@TempDir
	private Path folder;

	private Path log;

	private Path state;

	private LogWriter writer;

	private RunningService service;

	@BeforeEach
	void start() {
		Path logs = this.folder.resolve("logs");
		this.log = logs.resolve("access.log");
		this.state = this.folder.resolve("state");
		this.writer = new LogWriter(this.log);
		logs.toFile().mkdirs();
		this.service = new RunningService(this.folder.resolve("redis"), "web-events.tail.files=" + logs + "/other.log",
				"web-events.tail.state-folder=" + this.state, "web-events.tail.poll-interval=20ms");
	}

	@AfterEach
	void stop() {
		this.service.close();
	}

	@Test
	void eachLineIsProcessedOnceAcrossRotationsKillsAndAnOutage() throws Exception {
		Files.writeString(this.log.resolveSibling("other.log"), "broken\n" + LogWriter.line(LINES) + "\n");
		this.writer.lines(1);
		try (LogTail first = tail(this.service.bean(EventPublisher.class))) {
			await().until(() -> first.progress().lines() == 1);
		}
		CompletableFuture<Void> writing = CompletableFuture.runAsync(this::writeAndRotate);
		for (int kills = 0; kills < LEAST_KILLS || !writing.isDone(); kills++) {
			AtomicInteger answers = new AtomicInteger(ThreadLocalRandom.current().nextInt(200));
			try (LogTail _ = tail(answering(answers))) {
				LockSupport.parkNanos(Duration.ofMillis(ThreadLocalRandom.current().nextInt(150)).toNanos());
				if (kills == 0) {
					await().until(() -> answers.get() < 0);
				}
				else if (kills == 3) {
					this.service.redis().kill();
					LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
					this.service.redis().start();
				}
			}
		}
		writing.join();
		try (LogTail last = tail(this.service.bean(EventPublisher.class))) {
			await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
				assertThat(last.progress().lagBytes()).as("bytes of the log not read yet").isZero();
				assertThat(missing()).as("lines that are not processed").isEmpty();
			});
		}
		assertThat(this.service.events("web-events").size()).as("repeated lines").isGreaterThan(LINES + 1);
		assertThat(paths()).containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(0, LINES).boxed().toList());
		assertThat(this.service.actuator("health")).contains("\"state\":\"READING\"").contains("\"malformed\":1");
		assertThat(this.service.actuator("prometheus")).contains("web_events_tail_lines_total{")
			.contains("web_events_tail_malformed_total{")
			.contains("web_events_tail_lag_bytes{");
	}

	/**
	 * Publishes all and answers only so much of it: the rest is stored, and whoever
	 * published it dies before they know.
	 */
	private EventPublisher answering(AtomicInteger answers) {
		EventPublisher publisher = this.service.bean(EventPublisher.class);
		return (stream, event) -> {
			var answer = publisher.publish(stream, event);
			return (answers.getAndDecrement() > 0) ? answer : new CompletableFuture<>();
		};
	}

	private LogTail tail(EventPublisher publisher) {
		TailProperties properties = new TailProperties(List.of(this.log), this.state, Duration.ofMillis(5),
				DataSize.ofKilobytes(64), 100, Duration.ofMinutes(10));
		LogTail tail = new LogTail(this.log, properties, this.state, publisher,
				new TailProgress(this.log.toString(), new SimpleMeterRegistry()));
		tail.start();
		return tail;
	}

	private void writeAndRotate() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		while (this.writer.written() < LINES) {
			this.writer.lines(Math.min(1 + random.nextInt(40), LINES - this.writer.written()));
			switch (random.nextInt(16)) {
				case 0 -> this.writer.rename();
				case 1 -> this.writer.copyAndTruncate();
				default -> LockSupport.parkNanos(Duration.ofMillis(random.nextInt(20)).toNanos());
			}
		}
	}

	private List<Integer> missing() {
		Set<Integer> processed = Set.copyOf(paths());
		return IntStream.rangeClosed(0, LINES).boxed().filter((line) -> !processed.contains(line)).toList();
	}

	private List<Integer> paths() {
		return this.service.events("web-events.processed")
			.stream()
			.map((event) -> Integer.valueOf(event.path("path").asString().substring(1)))
			.toList();
	}

}
