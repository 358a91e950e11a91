package io.doab.local;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What died starts again, and what dies again and again ends the run.
 */
class SupervisorTests {

	private final Supervisor supervisor = new Supervisor();

	private final AtomicBoolean alive = new AtomicBoolean(true);

	private final AtomicInteger starts = new AtomicInteger();

	private long now = 5;

	@BeforeEach
	void watch() {
		this.supervisor.watch("service", this.alive::get, () -> {
			this.starts.incrementAndGet();
			this.alive.set(true);
		});
	}

	private @Nullable String checkAfter(Duration time) {
		this.now += time.toNanos();
		return this.supervisor.check(this.now);
	}

	@Test
	void whatIsAliveIsLeftAlone() {
		assertThat(checkAfter(Duration.ofHours(1))).isNull();
		assertThat(this.starts).hasValue(0);
		assertThat(this.supervisor.troubles(this.now)).isEmpty();
	}

	@Test
	void pausesDoubleUpToTenSeconds() {
		for (int pause : new int[] { 1, 2, 4, 8 }) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofMillis(1))).isNull();
			assertThat(this.supervisor.troubles(this.now)).hasSize(1).first().asString().startsWith("service died");
			int before = this.starts.get();
			checkAfter(Duration.ofSeconds(pause).minusMillis(1));
			assertThat(this.starts).hasValue(before);
			checkAfter(Duration.ofMillis(1));
			assertThat(this.starts).hasValue(before + 1);
		}
	}

	@Test
	void theFifthDeathInAMinuteEndsTheRun() {
		for (int death = 1; death <= 5; death++) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofMillis(1))).isEqualTo((death < 5) ? null : "service");
			checkAfter(Duration.ofSeconds(8));
		}
	}

	@Test
	void deathsOfLongAgoAreForgiven() {
		for (int death = 1; death <= 20; death++) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofSeconds(20))).isNull();
			checkAfter(Duration.ofSeconds(10));
			assertThat(this.starts).hasValue(death);
		}
	}

}
