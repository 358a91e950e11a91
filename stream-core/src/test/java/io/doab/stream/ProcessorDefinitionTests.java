package io.doab.stream;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a processor cannot be.
 */
class ProcessorDefinitionTests {

	private static ProcessorDefinition.Builder batches() {
		return ProcessorDefinition.named("p").onBatch("in", String.class, 10, (events) -> {
		}).ordering(Ordering.PARTITION);
	}

	private static ProcessorDefinition.Builder single() {
		return ProcessorDefinition.named("p").on("in", String.class, (event, context) -> {
		});
	}

	@Test
	void batchesNeedTheOrderOfThePartition() {
		assertThatIllegalArgumentException().isThrownBy(() -> batches().ordering(Ordering.KEY).build())
			.withMessage("Processor 'p' handles batches: it needs ordering PARTITION, not KEY");
		ProcessorDefinition sound = batches().build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> sound.with((settings) -> settings.withOrdering(Ordering.NONE)))
			.withMessageContaining("needs ordering PARTITION");
	}

	@Test
	void batchesCannotBeDeduplicated() {
		assertThatIllegalArgumentException().isThrownBy(() -> batches().deduplicate(Duration.ofDays(1)).build())
			.withMessageContaining("cannot be deduplicated");
	}

	@Test
	void whatBelongsToAKeyNeedsItsOrder() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> single().state("s", String.class).ordering(Ordering.NONE).build())
			.withMessageContaining("needs ordering KEY or PARTITION");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> single().deduplicate(Duration.ofDays(1)).ordering(Ordering.NONE).build());
	}

	@Test
	void aRetryThatBlocksWhatTheOrderingDoesNotHaveIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> batches().retryMode(RetryMode.NON_BLOCKING).build())
			.withMessageContaining("handles batches, which are tried again as a whole");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> single().ordering(Ordering.NONE).retryMode(RetryMode.BLOCK_PARTITION).build())
			.withMessageContaining("needs retry mode BLOCK_KEY or NON_BLOCKING, not BLOCK_PARTITION");
	}

	@Test
	void boundsOfParkingThatMakeNoSenseAreRefused() {
		RetrySettings settings = RetrySettings.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withParkAfter(Duration.ZERO))
			.withMessage("parkAfter PT0S must be longer than zero");
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withMaxParkedEvents(-1))
			.withMessage("maxParkedEvents -1 must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withMaxParkedBytes(-1))
			.withMessage("maxParkedBytes -1 must not be negative");
	}

	@Test
	void namesThatABackendCannotTakeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ProcessorDefinition.named("a b"))
			.withMessageContaining("Processor name 'a b'");
		assertThatIllegalArgumentException().isThrownBy(() -> single().state("a/b", String.class))
			.withMessageContaining("State name 'a/b'");
	}

	@Test
	void whatIsDeclaredTwiceIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> single().on("in", String.class, (event, context) -> {
		})).withMessage("Processor 'p' has input 'in' twice");
		assertThatIllegalArgumentException().isThrownBy(() -> ProcessorDefinition.named("p").build())
			.withMessage("Processor 'p' has no input");
	}

	@Test
	void timersAreRefusedWithDeliveryAtMostOnce() {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named("p")
			.on("in", String.class, (event, context) -> {
			})
			.onTimer("later", (timer, context) -> {
			})
			.delivery(Delivery.AT_MOST_ONCE);
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessageContaining("timers [later] and delivery AT_MOST_ONCE");
	}

	@Test
	void fewerThanTwoDeliveriesAfterACrashAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ProcessorDefinition.named("p").maxDeliveriesAfterCrash(1))
			.withMessageContaining("maxDeliveriesAfterCrash 1 must be at least 2");
	}

}
