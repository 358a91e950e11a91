package io.doab.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers wait for as long as they are told, and no longer.
 */
class FaultSwitchTests {

	private final FaultSwitch faults = new FaultSwitch();

	@Test
	void aCallWaitsForTheDelay() {
		this.faults.set(slow(Duration.ofMillis(100)));
		long began = System.nanoTime();
		assertThat(this.faults.next().isFaulty()).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
	}

	@Test
	void whoWaitsGoesOnWhenTheBehaviourIsChanged() throws Exception {
		this.faults.set(slow(Duration.ofMinutes(5)));
		CompletableFuture<Behaviour> met = new CompletableFuture<>();
		Thread caller = Thread.ofPlatform().start(() -> met.complete(this.faults.next()));
		Awaitility.await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		this.faults.set(Behaviour.GOOD);
		assertThat(met.get(10, TimeUnit.SECONDS)).isEqualTo(Behaviour.GOOD);
	}

	private static Behaviour slow(Duration delay) {
		return new Behaviour(delay, false, 0, 1, false, null);
	}

}
