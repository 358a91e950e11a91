package io.doab.stream.engine;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.doab.stream.RetrySettings;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How parked events are queued, bounded and found again.
 */
class ParkedQueuesTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static final Instant LATER = NOW.plusSeconds(10);

	private final ParkedQueues queues = new ParkedQueues(
			RetrySettings.defaults().withMaxParkedEvents(4).withMaxParkedBytes(100));

	private ParkedQueue.Entry park(String lane, int size, Instant due) {
		ParkedQueue.Entry entry = this.queues.park(lane, size, due);
		entry.stored = true;
		return entry;
	}

	private ParkedQueue.Entry append(ParkedQueue queue, int size) {
		ParkedQueue.Entry entry = this.queues.append(queue, size);
		entry.stored = true;
		return entry;
	}

	@Test
	void whatIsDueIsWorkedOffInTheOrderInWhichItCame() {
		ParkedQueue.Entry first = park("a", 1, NOW);
		ParkedQueue.Entry second = append(first.queue, 1);
		ParkedQueue.Entry third = append(first.queue, 1);
		assertThat(first.queue.isWaiting()).isTrue();
		assertThat(this.queues.due(NOW)).containsExactly(first.queue);
		assertThat(first.queue.isWaiting()).isFalse();
		assertThat(first.queue.load(2, 100)).containsExactly(first, second);
		assertThat(first.queue.needsMore()).isFalse();
		this.queues.remove(first);
		this.queues.remove(second);
		assertThat(first.queue.needsMore()).isTrue();
		assertThat(first.queue.load(2, 100)).containsExactly(third);
		this.queues.remove(third);
		assertThat(first.queue.isEmpty()).isTrue();
		assertThat(this.queues.of("a")).isNull();
		assertThat(this.queues.events()).isZero();
	}

	@Test
	void nothingIsDueBeforeItsTimeAndNotAgainWhileItIsWorkedOff() {
		ParkedQueue queue = park("a", 1, LATER).queue;
		assertThat(this.queues.due(LATER.minusMillis(1))).isEmpty();
		assertThat(this.queues.nextDue()).isEqualTo(LATER);
		assertThat(this.queues.due(LATER)).containsExactly(queue);
		assertThat(this.queues.due(LATER)).isEmpty();
		assertThat(this.queues.nextDue()).isNull();
		this.queues.parkAgain(queue, LATER.plusSeconds(1));
		assertThat(this.queues.nextDue()).isEqualTo(LATER.plusSeconds(1));
	}

	@Test
	void whatFailsAgainIsLoadedAgainWithAllThatIsBehindIt() {
		ParkedQueue.Entry first = park("a", 1, NOW);
		ParkedQueue.Entry second = append(first.queue, 1);
		this.queues.due(NOW);
		first.queue.load(9, 100);
		this.queues.parkAgain(first.queue, LATER);
		assertThat(first.queue.needsMore()).isFalse();
		this.queues.due(LATER);
		assertThat(first.queue.load(9, 100)).containsExactly(first, second);
	}

	@Test
	void whatIsNotStoredYetIsNotLoaded() {
		ParkedQueue.Entry first = this.queues.park("a", 1, NOW);
		assertThat(this.queues.due(NOW)).isEmpty();
		assertThat(this.queues.nextDue()).isNull();
		first.stored = true;
		assertThat(this.queues.nextDue()).isEqualTo(NOW);
		ParkedQueue.Entry second = this.queues.append(first.queue, 1);
		assertThat(this.queues.due(NOW)).containsExactly(first.queue);
		assertThat(first.queue.load(9, 100)).containsExactly(first);
		this.queues.remove(first);
		assertThat(first.queue.load(9, 100)).isEmpty();
		second.stored = true;
		assertThat(first.queue.needsMore()).isTrue();
		assertThat(first.queue.load(9, 100)).containsExactly(second);
	}

	@Test
	void loadingIsBoundedByBytesAndLoadsOneAtLeast() {
		ParkedQueue.Entry first = park("a", 60, NOW);
		ParkedQueue.Entry second = append(first.queue, 20);
		append(first.queue, 20);
		this.queues.due(NOW);
		assertThat(first.queue.load(9, 10)).containsExactly(first);
		assertThat(first.queue.load(9, 80)).containsExactly(first, second);
	}

	@Test
	void roomIsCountedInEventsAndInBytes() {
		ParkedQueue.Entry first = park("a", 60, NOW);
		assertThat(this.queues.hasRoom(40)).isTrue();
		assertThat(this.queues.hasRoom(41)).isFalse();
		park("b", 1, NOW);
		park("c", 1, NOW);
		park("d", 1, NOW);
		assertThat(this.queues.hasRoom(1)).isFalse();
		assertThat(this.queues.hasMuchRoom()).isFalse();
		this.queues.due(NOW).forEach((queue) -> queue.load(1, 100));
		this.queues.remove(first);
		assertThat(this.queues.hasRoom(97)).isTrue();
		assertThat(this.queues.hasMuchRoom()).isFalse();
	}

	@Test
	void eventsThatKeepNoneWaitingAreQueuesOfTheirOwn() {
		ParkedQueue.Entry one = this.queues.park(null, 1, NOW);
		ParkedQueue.Entry other = this.queues.park(null, 1, LATER);
		one.stored = true;
		other.stored = true;
		assertThat(one.queue).isNotSameAs(other.queue);
		assertThat(this.queues.of(null)).isNull();
		assertThat(this.queues.due(NOW)).containsExactly(one.queue);
	}

	@Test
	void aRestoredQueueGoesOnWhereItWas() {
		ParkedQueue.Entry first = this.queues.restore("a", 7, 10, LATER);
		ParkedQueue.Entry second = this.queues.restore("a", 9, 10, Instant.EPOCH);
		this.queues.restore("b", 12, 10, NOW);
		assertThat(second.queue).isSameAs(first.queue);
		assertThat(this.queues.events()).isEqualTo(3);
		assertThat(this.queues.due(NOW)).containsExactly(Objects.requireNonNull(this.queues.of("b")));
		assertThat(this.queues.due(LATER)).containsExactly(first.queue);
		assertThat(first.queue.load(9, 100)).extracting((entry) -> entry.key().key()).isEqualTo(List.of("7", "9"));
		assertThat(this.queues.append(first.queue, 1).number).isEqualTo(13);
	}

}
