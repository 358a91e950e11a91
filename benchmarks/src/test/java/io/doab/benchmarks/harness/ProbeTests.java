package io.doab.benchmarks.harness;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ProbeTests {

	private final Orders orders = Orders.of(null, 2);

	private final Probe probe = new Probe(new Task(Workload.BLOCKING, "kafka", "localhost:1", "group", "in", "out", 3,
			1, 4, 2, 1, 8, List.of(), null));

	@Test
	void firstEventStartsTheClock() {
		assertThat(this.probe.hasBegun()).isFalse();
		assertThat(this.probe.usageAtBegin()).isNull();
		this.probe.block(this.orders.payload(0));
		assertThat(this.probe.hasBegun()).isTrue();
		assertThat(this.probe.usageAtBegin()).isNotNull();
	}

	@Test
	void eventsThatBlockAreCounted() {
		for (int number = 0; number < 4; number++) {
			assertThat(this.probe.hasSeenAll()).isFalse();
			this.probe.block(this.orders.payload(number));
		}
		assertThat(this.probe.hasSeenAll()).isTrue();
		assertThat(this.probe.soundness()).isEqualTo(new Soundness(4, 4, 0, 0, 0));
	}

	@Test
	void laterEventOfAKeyFirstIsOutOfOrder() {
		this.probe.block(this.orders.payload(2));
		this.probe.block(this.orders.payload(0));
		assertThat(this.probe.soundness()).isEqualTo(new Soundness(4, 2, 0, 1, 0));
	}

	@Test
	void contenderThatFailedEndsTheWait() {
		this.probe.failed(new IllegalArgumentException("refused"));
		assertThatIllegalStateException().isThrownBy(this.probe::hasBegun).withMessageContaining("refused");
	}

}
