package io.doab.shop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An order that is not paid within a quarter of an hour is cancelled. */
class OrderTimeoutTests {

	record Order(String id, int cents) {
	}

	record Payment(int cents) {
	}

	static ProcessorDefinition orderTimeout(Clock clock) {
		return ProcessorDefinition.named("order-timeout").on("orders", Order.class, (event, context) -> {
			context.state("open", Order.class).put(event.data());
			context.schedule("unpaid", clock.instant().plus(Duration.ofMinutes(15)));
		}).on("payments", Payment.class, (event, context) -> {
			context.state("open", Order.class).remove();
			context.cancel("unpaid");
		}).onTimer("unpaid", (timer, context) -> {
			context.emit("cancellations", "order.cancelled", context.state("open", Order.class).get().orElseThrow());
			context.state("open", Order.class).remove();
		}).state("open", Order.class).output("cancellations").build();
	}

	@Test
	void anOrderThatIsNotPaidInTimeIsCancelled() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(OrderTimeoutTests::orderTimeout)
			.at(Instant.parse("2026-01-31T12:00:00Z"))
			.build()) {
			driver.publish("orders", "order.placed", "1", new Order("1", 500));
			driver.publish("orders", "order.placed", "2", new Order("2", 800));
			driver.publish("payments", "payment.done", "2", new Payment(800));
			assertThat(driver.state("open", "1", Order.class)).contains(new Order("1", 500));

			driver.advance(Duration.ofMinutes(15));

			assertThat(driver.outputs("cancellations", Order.class)).extracting(Event::data)
				.containsExactly(new Order("1", 500));
			assertThat(driver.timers()).isEmpty();
			assertThat(driver.failures()).isEmpty();
		}
	}

}
