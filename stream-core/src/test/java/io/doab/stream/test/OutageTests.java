package io.doab.stream.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events whose handler needs something that is away, or that is there and fails.
 */
class OutageTests {

	private static final RetryPolicy THREE_ATTEMPTS = new RetryPolicy(3, Duration.ofSeconds(1), 2,
			Duration.ofSeconds(10), 0);

	private static final Duration LONG = Duration.ofHours(1);

	private final List<String> calls = new ArrayList<>();

	private final List<String> done = new ArrayList<>();

	/** What an event meets, by its payload; nothing when it is not listed. */
	private final Map<String, String> failures = new HashMap<>();

	private boolean away;

	private final ProcessorTestDriver driver = ProcessorTestDriver
		.of(ProcessorDefinition.named("caller").on("in", String.class, (event, context) -> {
			this.calls.add(event.data());
			String failure = this.away ? "away" : this.failures.get(event.data());
			if (failure != null) {
				throw new IllegalStateException(failure);
			}
			this.done.add(event.data());
		}).onFailure(FailureHandler.retrying(THREE_ATTEMPTS, (failure) -> "away".equals(failure.getMessage()))).build())
		.build();

	@AfterEach
	void close() {
		this.driver.close();
	}

	@Test
	void whileItIsAwayOneEventAsksForAllThatWait() {
		this.away = true;
		publish("a1", "b1", "a2", "c1");
		this.driver.advance(LONG);
		assertThat(this.calls).hasSizeBetween(100, 400).containsOnly("a1");
		assertThat(this.driver.lag("in")).isEqualTo(4);
		this.away = false;
		this.driver.advance(Duration.ofSeconds(10));
		assertThat(this.done).containsExactlyInAnyOrder("a1", "b1", "a2", "c1").containsSubsequence("a1", "a2");
		assertThat(this.driver.lag("in")).isZero();
	}

	@Test
	void attemptsDuringAnOutageDoNotCount() {
		this.away = true;
		publish("a1");
		this.driver.advance(LONG);
		this.away = false;
		this.failures.put("a1", "refused");
		advanceToTheNextCall();
		this.failures.clear();
		this.driver.advance(LONG);
		assertThat(this.done).containsExactly("a1");
		assertThat(this.driver.deadLetters("in")).isEmpty();
	}

	@Test
	void whatFailsByItselfAfterAnOutageKeepsItsKeyWaitingAndNoOther() {
		this.away = true;
		publish("a1", "b1");
		this.driver.advance(LONG);
		this.away = false;
		this.failures.put("a1", "refused");
		advanceToTheNextCall();
		assertThat(this.calls).endsWith("a1", "b1");
		assertThat(this.done).containsExactly("b1");
		this.driver.advance(LONG);
		assertThat(this.driver.deadLetters("in")).hasSize(1);
	}

	@Test
	void whatIsParkedAfterAnOutageKeepsNoOtherWaiting() {
		try (ProcessorTestDriver parking = ProcessorTestDriver
			.of(ProcessorDefinition.named("parker").on("in", String.class, (event, context) -> {
				if (this.away || event.data().equals("a1")) {
					throw new IllegalStateException(this.away ? "away" : "refused");
				}
				this.done.add(event.data());
			})
				.onFailure(
						FailureHandler.retrying(new RetryPolicy(3, Duration.ofMinutes(1), 1, Duration.ofMinutes(1), 0),
								(failure) -> "away".equals(failure.getMessage())))
				.build())
			.build()) {
			this.away = true;
			parking.publish("in", events("a1", "b1"));
			this.away = false;
			parking.advance(Duration.ofMinutes(1));
			assertThat(this.done).containsExactly("b1");
			assertThat(parking.lag("in")).isZero();
		}
	}

	@Test
	void manyKeysThatWaitedAreAllDelivered() {
		this.away = true;
		String[] many = IntStream.range(0, 500).mapToObj((number) -> "key" + number).toArray(String[]::new);
		publish(many);
		this.driver.advance(Duration.ofMinutes(5));
		assertThat(this.done).isEmpty();
		this.away = false;
		this.driver.advance(Duration.ofSeconds(10));
		assertThat(this.done).containsExactlyInAnyOrder(many);
	}

	private void advanceToTheNextCall() {
		int before = this.calls.size();
		while (this.calls.size() == before) {
			this.driver.advance(Duration.ofSeconds(1));
		}
	}

	private void publish(String... payloads) {
		this.driver.publish("in", events(payloads));
	}

	private static List<Event<String>> events(String... payloads) {
		return Stream.of(payloads)
			.map((payload) -> Event.of("item", payload.startsWith("key") ? payload : payload.substring(0, 1), payload))
			.toList();
	}

}
