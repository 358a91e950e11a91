package io.doab.stream.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.InvalidEventException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What tests and handlers do wrong, and what they are told.
 */
class ProcessorTestDriverMistakeTests {

	@Test
	void anEventWithoutAKeyHasNoState() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).throwFailures().build()) {
			assertThatIllegalStateException()
				.isThrownBy(() -> driver.publish("in", Event.of("item", null, new Item(1))))
				.withMessageContaining("The event has no key: state and timers belong to a key");
		}
	}

	@Test
	void aProcessorThatFeedsItselfWithoutEndIsStopped() {
		ProcessorDefinition definition = ProcessorDefinition.named("echo")
			.on("in", Item.class, (event, context) -> context.emit("in", "item", event.data()))
			.output("in")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			assertThatIllegalStateException().isThrownBy(() -> driver.publish("in", "item", "a", new Item(1)))
				.withMessageContaining("'echo' did not come to rest")
				.withMessageContaining("does it emit to an input of its own");
			assertThat(driver.isRunning()).isFalse();
		}
	}

	@Test
	void whatIsNoEventOfItsTypeIsADeadLetterAtOnce() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).build()) {
			byte[] bytes = "no JSON".getBytes(StandardCharsets.UTF_8);
			driver.publish("in", "item", "a", bytes);
			Event<byte[]> letter = driver.deadLetters("in").getFirst();
			assertThat(letter.data()).isEqualTo(bytes);
			assertThat(letter.headers()).containsEntry("dlattempts", "1")
				.containsEntry("dlgroup", "counting")
				.containsEntry("dlexception", InvalidEventException.class.getName());
		}
	}

	@Test
	void whatCannotBeStoredIsRefused() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).maxEventBytes(300).build()) {
			assertThatExceptionOfType(InvalidEventException.class)
				.isThrownBy(() -> driver.publish("in", "item", "a", new byte[400]))
				.withMessageContaining("the limit is 300");
			assertThatExceptionOfType(InvalidEventException.class)
				.isThrownBy(() -> driver.publish("in", "item", "a", new Unwritable()))
				.withMessageContaining("cannot be written as JSON");
			assertThat(driver.lag("in")).isZero();
		}
	}

	@Test
	void aStateAndAnOutputHaveToSurviveTheirStoredForm() {
		ProcessorDefinition definition = ProcessorDefinition.named("unwritable")
			.on("in", Item.class, (event, context) -> {
				if (event.data().number() == 1) {
					context.state("bad", Unwritable.class).put(new Unwritable());
				}
				else {
					context.emit("out", "item", new Unwritable());
				}
			})
			.state("bad", Unwritable.class)
			.output("out")
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.publish("in", "item", "a", new Item(1));
			driver.publish("in", "item", "a", new Item(2));
			assertThat(driver.deadLetters("in")).hasSize(2);
			assertThat(driver.failures()).allSatisfy(
					(failure) -> assertThat(failure.exception()).hasMessageContaining("cannot be written as JSON"));
		}
	}

	@Test
	void aNameThatTheProcessorDoesNotDeclareIsSaidWithThoseThatItDoes() {
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(counting()).build()) {
			assertThatIllegalArgumentException().isThrownBy(() -> driver.publish("inn", "item", "a", new Item(1)))
				.withMessage("Processor 'counting' does not read 'inn'; its inputs are [in]");
			assertThatIllegalArgumentException().isThrownBy(() -> driver.lag("inn"))
				.withMessage("Processor 'counting' does not read 'inn'; its inputs are [in]");
			assertThatIllegalArgumentException().isThrownBy(() -> driver.deadLetters("inn"))
				.withMessage("Processor 'counting' does not read 'inn'; its inputs are [in]");
			assertThatIllegalArgumentException().isThrownBy(() -> driver.outputs("sum"))
				.withMessage("Processor 'counting' does not emit to 'sum'; its outputs are [sums]");
			assertThatIllegalArgumentException().isThrownBy(() -> driver.state("sum", "a", String.class))
				.withMessage("Processor 'counting' has no state 'sum' of " + String.class.getName()
						+ "; its states are [sum of " + Item.class.getName() + "]");
		}
	}

	@Test
	void aHandlerThatEmitsToAnUndeclaredStreamFailsAsInProduction() {
		ProcessorDefinition definition = ProcessorDefinition.named("undeclared")
			.on("in", Item.class, (event, context) -> context.emit("elsewhere", "item", event.data()))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).throwFailures().build()) {
			assertThatIllegalStateException().isThrownBy(() -> driver.publish("in", "item", "a", new Item(1)))
				.withMessageContaining("Processor 'undeclared' emits to 'elsewhere', which it does not declare")
				.withCauseInstanceOf(IllegalArgumentException.class);
		}
	}

	@Test
	void aHandlerCannotMoveTheDriverThatRunsIt() {
		ProcessorTestDriver[] self = new ProcessorTestDriver[1];
		ProcessorDefinition definition = ProcessorDefinition.named("inside")
			.on("in", Item.class, (event, context) -> self[0].advance(Duration.ofSeconds(1)))
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).throwFailures().build()) {
			self[0] = driver;
			assertThatIllegalStateException().isThrownBy(() -> driver.publish("in", "item", "a", new Item(1)))
				.withMessageContaining("A handler uses the driver that runs it");
		}
	}

	private static ProcessorDefinition counting() {
		return ProcessorDefinition.named("counting")
			.on("in", Item.class, (event, context) -> context.state("sum", Item.class).put(event.data()))
			.state("sum", Item.class)
			.output("sums")
			.build();
	}

	record Item(int number) {

	}

	/** Jackson refuses what contains itself. */
	static final class Unwritable {

		public Unwritable getSelf() {
			return this;
		}

	}

}
