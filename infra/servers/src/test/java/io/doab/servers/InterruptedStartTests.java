package io.doab.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A start that is interrupted leaves no process and no port behind: nobody else could
 * stop them. Alone, for the processes of others would be counted.
 */
@Isolated
class InterruptedStartTests {

	private final ExecutorService starter = Executors.newSingleThreadExecutor();

	private final int port = Ports.free();

	@TempDir
	Path folder;

	@AfterEach
	void end() {
		this.starter.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "format.log", "kafka.log" })
	void kafkaLeavesNothing(String log) throws Exception {
		interruptedIn(log, () -> KafkaServer.start(this.port, this.folder));
		try (KafkaServer kafka = KafkaServer.start(this.port, this.folder)) {
			assertThat(kafka.process().isAlive()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "initdb.log", "postgres.log" })
	void postgresLeavesNothing(String log) throws Exception {
		interruptedIn(log, () -> PostgresServer.start(this.port, this.folder, "doab", "secret"));
		try (PostgresServer postgres = PostgresServer.start(this.port, this.folder, "doab", "secret")) {
			postgres.ensureDatabase("shop");
		}
	}

	@Test
	void redisLeavesNothing() throws Exception {
		// A replica of nobody answers, but never with PONG.
		interruptedIn("redis.log", () -> RedisServer.start(this.port, this.folder, "--replicaof", "127.0.0.1 1",
				"--replica-serve-stale-data", "no"));
		try (RedisServer redis = RedisServer.start(this.port, this.folder)) {
			assertThat(redis.process().isAlive()).isTrue();
		}
	}

	/** Interrupts the start in the step that writes this log. */
	private void interruptedIn(String log, Callable<AutoCloseable> start) throws Exception {
		Future<AutoCloseable> starting = this.starter.submit(start);
		Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> Files.exists(this.folder.resolve(log)));
		this.starter.shutdownNow();
		assertThat(this.starter.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		if (starting.state() == Future.State.SUCCESS) {
			// It was up before the interrupt came: then it is the caller's to stop.
			starting.resultNow().close();
		}
		else {
			assertThat(starting.exceptionNow()).hasMessageContaining("nterrupted");
		}
		assertThat(ProcessHandle.current().descendants()).isEmpty();
		assertThat(Ports.isTaken(this.port)).isFalse();
	}

}
