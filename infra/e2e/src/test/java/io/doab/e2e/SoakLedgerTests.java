package io.doab.e2e;

import java.time.Duration;
import java.util.List;

import io.doab.local.RetailFile;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the soak would say of results that are not what they must be.
 */
class SoakLedgerTests {

	private final SoakLedger ledger = new SoakLedger();

	private void accepted(String order, String... results) {
		List.of(results).forEach((result) -> this.ledger.accepted(order, result, 0, 0));
	}

	private void processed(String order, String... results) {
		List.of(results).forEach((result) -> this.ledger.processed(order, result, 0, 0));
	}

	@Test
	void resultsThatFollowFromWhatWasAcceptedAreNoProblem() {
		accepted("a", "charge 3", "refund 1");
		processed("b", "charge 7");
		accepted("b", "charge 7");
		processed("a", "charge 3", "refund 1");
		assertThat(this.ledger.problems()).isEmpty();
		assertThat(this.ledger.isEven()).isTrue();
		assertThat(this.ledger.events()).isEqualTo(3);
		assertThat(this.ledger.orders()).isEqualTo(2);
	}

	@Test
	void whatIsMissingIsAProblem() {
		accepted("a", "charge 3", "refund 1");
		processed("a", "charge 3");
		assertThat(this.ledger.isEven()).isFalse();
		assertThat(this.ledger.problems()).singleElement().asString().contains("order a").contains("refund 1");
	}

	@Test
	void anOrderWithoutAnyResultIsAProblem() {
		accepted("a", "charge 3");
		assertThat(this.ledger.problems()).hasSize(1);
	}

	@Test
	void whatCameTwiceIsAProblem() {
		accepted("a", "charge 3", "refund 1");
		processed("a", "charge 3", "refund 1", "refund 1");
		assertThat(this.ledger.problems()).hasSize(1);
	}

	@Test
	void whatCameInAnotherOrderIsAProblem() {
		accepted("a", "charge 3", "refund 1", "refund 2");
		processed("a", "charge 3", "refund 2", "refund 1");
		assertThat(this.ledger.problems()).hasSize(1);
	}

	@Test
	void whatNobodySentIsAProblem() {
		processed("a", "charge 3");
		assertThat(this.ledger.problems()).hasSize(1);
	}

	@Test
	void aGapIsTheTimeWithoutAnOutputWhileInputWaits() {
		at(10, "accepted", 0);
		at(12, "processed", 0);
		at(50, "accepted", 0);
		at(51, "accepted", 1);
		at(52, "processed", 1);
		at(53, "processed", 0);
		assertThat(this.ledger.longestGapOfAPartition(seconds(100))).isEqualTo(Duration.ofSeconds(3));
		assertThat(this.ledger.longestGapOfAll(seconds(100))).isEqualTo(Duration.ofSeconds(2));
		at(110, "accepted", 1);
		assertThat(this.ledger.longestGapOfAll(seconds(118))).isEqualTo(Duration.ofSeconds(8));
	}

	@Test
	void anOutputThatIsSeenBeforeItsAnswerIsNoGap() {
		at(10, "processed", 0);
		at(11, "accepted", 0);
		assertThat(this.ledger.longestGapOfAPartition(seconds(100))).isZero();
	}

	@Test
	void whatAnOrderComesToDependsOnAllBeforeIt() {
		SoakOrder order = SoakOrder.of("x",
				RetailFile.slice().stream().filter(SoakOrder::fits).findFirst().orElseThrow());
		assertThat(order.steps()).extracting(SoakOrder.Step::result)
			.containsExactly("payment.authorized 139.12", "payment.refunded 15.30", "payment.refunded 20.34",
					"payment.refunded 103.48", "payment.declined 0.01");
	}

	private void at(int second, String what, int partition) {
		if (what.equals("accepted")) {
			this.ledger.accepted("a", "charge", partition, seconds(second));
		}
		else {
			this.ledger.processed("a", "charge", partition, seconds(second));
		}
	}

	private static long seconds(int seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
