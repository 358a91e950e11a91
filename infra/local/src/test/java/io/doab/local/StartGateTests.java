package io.doab.local;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * No start outlives the stop.
 */
@Timeout(20)
class StartGateTests {

	private final StartGate gate = new StartGate();

	@Test
	void whatIsInsideIsInterruptedAndWaitedFor() throws InterruptedException {
		CountDownLatch inside = new CountDownLatch(1);
		AtomicBoolean left = new AtomicBoolean();
		Thread starter = Thread.ofPlatform().start(() -> this.gate.pass(() -> {
			inside.countDown();
			awaitInterrupt();
			left.set(true);
		}));
		inside.await();
		this.gate.close();
		assertThat(left).isTrue();
		starter.join();
	}

	@Test
	void nothingStartsAfterTheStop() {
		this.gate.close();
		AtomicBoolean started = new AtomicBoolean();
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> this.gate.pass(() -> started.set(true)));
		assertThat(started).isFalse();
	}

	@Test
	void aStartInStepsEndsAtTheNext() {
		CompletableFuture<Void> closed = new CompletableFuture<>();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> this.gate.pass(() -> {
			this.gate.requireOpen();
			Thread.ofPlatform().start(() -> {
				this.gate.close();
				closed.complete(null);
			});
			awaitInterrupt();
			this.gate.requireOpen();
		}));
		closed.join();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aStartThatFailedIsNotWaitedFor() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.gate.pass(() -> {
			throw new IllegalStateException("no disk");
		}));
		this.gate.close();
	}

	private static void awaitInterrupt() {
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
