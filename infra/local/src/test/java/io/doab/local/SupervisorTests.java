package io.doab.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
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

	private final Supervisor supervisor = new Supervisor((start) -> this.executor.execute(start));

	private final AtomicBoolean alive = new AtomicBoolean(true);

	private final AtomicInteger starts = new AtomicInteger();

	private final Deque<Runnable> later = new ArrayDeque<>();

	private Executor executor = Runnable::run;

	private @Nullable RuntimeException startFailure;

	private long now = 5;

	@BeforeEach
	void watch() {
		this.supervisor.watch("service", this.alive::get, () -> {
			this.starts.incrementAndGet();
			if (this.startFailure != null) {
				throw this.startFailure;
			}
			this.alive.set(true);
		});
	}

	private void die() {
		this.alive.set(false);
		assertThat(checkAfter(Duration.ofMillis(1))).isNull();
	}

	private @Nullable String checkAfter(Duration time) {
		this.now += time.toNanos();
		return this.supervisor.check(this.now);
	}

	@Test
	void whatIsAliveIsLeftAlone() {
		assertThat(checkAfter(Duration.ofHours(1))).isNull();
		assertThat(this.starts).hasValue(0);
		assertThat(this.supervisor.report(this.now)).isEmpty();
	}

	@Test
	void pausesDoubleUpToTenSeconds() {
		for (int pause : new int[] { 1, 2, 4, 8 }) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofMillis(1))).isNull();
			int before = this.starts.get();
			checkAfter(Duration.ofSeconds(pause).minusMillis(1));
			assertThat(this.starts).hasValue(before);
			checkAfter(Duration.ofMillis(1));
			assertThat(this.starts).hasValue(before + 1);
			checkAfter(Duration.ofMillis(1));
		}
	}

	@Test
	void aDeathIsToldThoughItRunsAgain() {
		die();
		checkAfter(Duration.ofSeconds(1));
		checkAfter(Duration.ofMillis(1));
		assertThat(this.supervisor.report(this.now)).containsExactly("service died 1x, started again");
		assertThat(this.supervisor.report(this.now)).isEmpty();
	}

	@Test
	void deathsSinceTheLastReportAreCounted() {
		die();
		checkAfter(Duration.ofSeconds(1));
		checkAfter(Duration.ofMillis(1));
		die();
		assertThat(this.supervisor.report(this.now)).containsExactly("service died 2x, starts again in 2 s");
		checkAfter(Duration.ofMillis(1500));
		assertThat(this.supervisor.report(this.now)).containsExactly("service starts again in 1 s");
	}

	@Test
	void aStartThatTakesLongHoldsUpNothing() {
		AtomicBoolean other = new AtomicBoolean(true);
		this.supervisor.watch("other", other::get, () -> other.set(true));
		this.executor = this.later::add;
		die();
		checkAfter(Duration.ofSeconds(1));
		this.executor = Runnable::run;
		other.set(false);
		checkAfter(Duration.ofSeconds(1));
		checkAfter(Duration.ofSeconds(1));
		assertThat(other).isTrue();
		assertThat(checkAfter(Duration.ofMinutes(5))).isNull();
		assertThat(this.supervisor.report(this.now)).containsExactly("service died 1x, is being started",
				"other died 1x, started again");
		this.later.remove().run();
		checkAfter(Duration.ofMillis(1));
		assertThat(this.supervisor.report(this.now)).isEmpty();
		assertThat(this.starts).hasValue(1);
	}

	@Test
	void aStartThatFailsIsADeath() {
		this.startFailure = new IllegalStateException("port 1 is taken\nand more");
		die();
		checkAfter(Duration.ofSeconds(1));
		assertThat(checkAfter(Duration.ofMillis(1))).isNull();
		assertThat(this.supervisor.report(this.now))
			.containsExactly("service died 2x, starts again in 2 s (port 1 is taken)");
		this.startFailure = null;
		checkAfter(Duration.ofSeconds(2));
		checkAfter(Duration.ofMillis(1));
		assertThat(this.alive).isTrue();
		assertThat(this.supervisor.report(this.now)).isEmpty();
	}

	@Test
	void startsThatFailAgainAndAgainEndTheRun() {
		this.startFailure = new IllegalStateException("no disk");
		die();
		String hopeless = null;
		for (int second = 0; second < 30 && hopeless == null; second++) {
			hopeless = checkAfter(Duration.ofSeconds(1));
		}
		assertThat(hopeless).isEqualTo("service");
		assertThat(this.starts).hasValue(4);
	}

	@Test
	void theFifthDeathInAMinuteEndsTheRun() {
		for (int death = 1; death <= 5; death++) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofMillis(1))).isEqualTo((death < 5) ? null : "service");
			checkAfter(Duration.ofSeconds(8));
			checkAfter(Duration.ofMillis(1));
		}
	}

	@Test
	void deathsOfLongAgoAreForgiven() {
		for (int death = 1; death <= 20; death++) {
			this.alive.set(false);
			assertThat(checkAfter(Duration.ofSeconds(20))).isNull();
			checkAfter(Duration.ofSeconds(10));
			checkAfter(Duration.ofMillis(1));
			assertThat(this.starts).hasValue(death);
		}
	}

}
