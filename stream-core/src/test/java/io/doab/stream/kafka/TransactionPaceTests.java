package io.doab.stream.kafka;

import java.time.Duration;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TransactionPaceTests {

	private static final int ENOUGH = 1_000;

	private final TransactionPace pace = new TransactionPace(ENOUGH);

	private long now = System.nanoTime();

	@Test
	void whatIsDoneByOnesOrHundredsDoesNotWait() {
		committed(Duration.ofMillis(10), ENOUGH / 4 - 1);
		assertThat(left()).isNotPositive();
		committed(Duration.ofMillis(10), 0);
		assertThat(left()).isNotPositive();
	}

	@Test
	void whereFewAreInFlightNothingWaits() {
		TransactionPace few = new TransactionPace(300);
		committed(few, LongStream.of(200, 49), 2);
		assertThat(few.left(this.now)).isNotPositive();
		committed(few, LongStream.of(200, 50), 2);
		assertThat(few.left(this.now)).isPositive();
	}

	@Test
	void whatIsNearlyEnoughWaitsForTheRest() {
		committed(Duration.ofMillis(10), ENOUGH / 2);
		assertThat(left()).isEqualTo(Duration.ofMillis(20).toNanos());
		this.now += Duration.ofMillis(20).toNanos();
		assertThat(left()).isZero();
	}

	@Test
	void whatIsEnoughDoesNotWait() {
		committed(Duration.ofMillis(10), ENOUGH);
		assertThat(left()).isNotPositive();
	}

	/** Each of many has fewer in flight, and would wait for what cannot come. */
	@Test
	void ofManyPartitionsLessIsEnough() {
		committed(this.pace, LongStream.of(ENOUGH / 2, 1, 1), 12_000 / ENOUGH);
		assertThat(left()).isPositive();
		committed(this.pace, LongStream.of(ENOUGH / 2, 1, 1), 2 * 12_000 / ENOUGH);
		assertThat(left()).isNotPositive();
	}

	@Test
	void thePartitionThatHasMostDecidesHoweverLittleOthersHave() {
		committed(this.pace, LongStream.concat(LongStream.of(ENOUGH / 2), LongStream.generate(() -> 0).limit(9)), 10);
		assertThat(left()).isEqualTo(Duration.ofMillis(20).toNanos());
		committed(this.pace, LongStream.generate(() -> ENOUGH / 5).limit(10), 10);
		assertThat(left()).isNotPositive();
	}

	@Test
	void nothingWaitsForLong() {
		committed(Duration.ofMillis(40), ENOUGH / 2);
		assertThat(left()).isEqualTo(Duration.ofMillis(50).toNanos());
		// As after a pause.
		committed(Duration.ofHours(1), ENOUGH / 2);
		assertThat(left()).isEqualTo(Duration.ofMillis(50).toNanos());
	}

	@Test
	void aWaitIsOverWhenTheNextTransactionBegins() {
		committed(Duration.ofMillis(10), ENOUGH / 2);
		this.now += Duration.ofMillis(5).toNanos();
		this.pace.begins(this.now);
		assertThat(left()).isNotPositive();
	}

	/** A transaction of one partition that begins so long after the one before. */
	private void committed(Duration after, long events) {
		committed(this.pace, after, LongStream.of(events), 1);
	}

	private void committed(TransactionPace of, LongStream events, int owned) {
		committed(of, Duration.ofMillis(10), events, owned);
	}

	private void committed(TransactionPace of, Duration after, LongStream events, int owned) {
		of.begins(this.now);
		this.now += after.toNanos();
		of.begins(this.now);
		of.committed(events.summaryStatistics(), owned);
	}

	private long left() {
		return this.pace.left(this.now);
	}

}
